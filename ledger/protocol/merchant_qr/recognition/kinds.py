"""The kinds of codes; the values are part of what this project publishes."""

from __future__ import annotations

from enum import StrEnum


class CodeKind(StrEnum):
    """What a text turned out to be."""

    QRPAY_DYNAMIC = "qrpay-dynamic"
    QRPAY_STICKER = "qrpay-sticker"
    QRPAY_LINK = "qrpay-link"
    QRPAY_UNSIGNED = "qrpay-unsigned"
    PIX = "pix"
    VIETQR = "vietqr"
    PROMPTPAY = "promptpay"
    KHQR = "khqr"
    SGQR = "sgqr"
    EASPBV = "easpbv"
    X9_150 = "x9.150"
    EMV_MERCHANT = "emv-merchant"
    EMV_DAMAGED = "emv-damaged"
    EMV_CONSUMER = "emv-consumer"
    NATIVE_PAYMENT_CODE = "native-payment-code"
    ALIPAY_PAYMENT_CODE = "alipay-payment-code"
    WECHAT_PAYMENT_CODE = "wechat-payment-code"
    ALIPAY_URL = "alipay-url"
    ALIPAY_PLUS_ORDER = "alipay-plus-order"
    ALIPAY_PLUS_GENERAL = "alipay-plus-general"
    WECHAT_URL = "wechat-url"
    WECHAT_SIGNED_URL = "wechat-signed-url"
    WECHAT_PAGE_ORDER = "wechat-page-order"
    WECHAT_UNKNOWN = "wechat-unknown"
    UPI = "upi"
    UPI_SIGNED = "upi-signed"
    GIROCODE = "girocode"
    SWISS_QR_BILL = "swiss-qr-bill"
    TALER = "taler"
    BOLT11 = "bolt11"
    TSE_RECEIPT = "tse-receipt"
    WIFI = "wifi"
    WEB_ADDRESS = "web-address"
    TEXT = "text"
