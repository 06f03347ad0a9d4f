"""A till written against Antom's SDK for Python, as the SDK's own samples do it.

Reads {gateway, client_id, private_key, alipay_public_key, steps} and answers with what each step
gave: the SDK's parsed body, or the exception it raised.
"""

from __future__ import annotations

import json
import sys

from com.alipay.ams.api.default_alipay_client import DefaultAlipayClient
from com.alipay.ams.api.model.amount import Amount
from com.alipay.ams.api.model.env import Env
from com.alipay.ams.api.model.merchant import Merchant
from com.alipay.ams.api.model.order import Order
from com.alipay.ams.api.model.store import Store
from com.alipay.ams.api.request.pay.alipay_inquiry_refund_request import (
    AlipayInquiryRefundRequest,
)
from com.alipay.ams.api.request.pay.alipay_pay_cancel_request import AlipayPayCancelRequest
from com.alipay.ams.api.request.pay.alipay_pay_query_request import AlipayPayQueryRequest
from com.alipay.ams.api.request.pay.alipay_refund_request import AlipayRefundRequest
from com.alipay.ams.api.request.pay.entry_code_payment_request import EntryCodePaymentRequest
from com.alipay.ams.api.request.pay.order_code_payment_request import OrderCodePaymentRequest
from com.alipay.ams.api.request.pay.user_presented_code_payment_request import (
    UserPresentedCodePaymentRequest,
)
from com.alipay.ams.api.response.pay.alipay_inquiry_refund_response import (
    AlipayInquiryRefundResponse,
)
from com.alipay.ams.api.response.pay.alipay_pay_cancel_response import AlipayPayCancelResponse
from com.alipay.ams.api.response.pay.alipay_pay_query_response import AlipayPayQueryResponse
from com.alipay.ams.api.response.pay.alipay_pay_response import AlipayPayResponse
from com.alipay.ams.api.response.pay.alipay_refund_response import AlipayRefundResponse
from com.alipay.ams.api.tools.webhook_tool import check_signature

SAID = json.load(sys.stdin)
CLIENT = DefaultAlipayClient(
    SAID["gateway"], SAID["client_id"], SAID["private_key"], SAID["alipay_public_key"]
)


def order(said):
    """What is bought."""
    store = Store()
    store.reference_store_id, store.store_name, store.store_mcc = "S1", "Mitte", "5912"
    merchant = Merchant()
    merchant.reference_merchant_id, merchant.merchant_mcc = "M1", "5912"
    merchant.merchant_name, merchant.store = "Demo Drogerie", store
    env = Env()
    env.store_terminal_id = "T1"
    env.store_terminal_request_time = "2026-11-21T22:00:00+01:00"
    env.user_agent = "AlipayClient"
    made = Order()
    made.reference_order_id, made.order_description = said["no"], "Hand cream ä 大号"
    amount = Amount(said.get("currency", "EUR"), said["value"])
    made.order_amount, made.merchant, made.env = amount, merchant, env
    return made


def pay(said):
    """Pay in one of the three ways."""
    first = (said["no"], order(said), said.get("currency", "EUR"), said["value"])
    if said["way"] == "code":
        request = UserPresentedCodePaymentRequest(*first, said["code"], said["notify_url"])
    elif said["way"] == "order":
        request = OrderCodePaymentRequest(*first, said["notify_url"])
    else:
        request = EntryCodePaymentRequest(*first, said["notify_url"], "https://shop.example/")
    return request, AlipayPayResponse


def inquire(said):
    """Ask how a payment stands."""
    request = AlipayPayQueryRequest()
    request.payment_request_id = said["no"]
    return request, AlipayPayQueryResponse


def cancel(said):
    """Cancel a payment."""
    request = AlipayPayCancelRequest()
    request.payment_request_id = said["no"]
    return request, AlipayPayCancelResponse


def refund(said):
    """Give something back."""
    request = AlipayRefundRequest()
    request.refund_request_id, request.payment_id = said["no"], said["payment_id"]
    request.refund_amount = Amount(said.get("currency", "EUR"), said["value"])
    request.refund_notify_url = said["notify_url"]
    return request, AlipayRefundResponse


def inquire_refund(said):
    """Ask how a refund stands."""
    request = AlipayInquiryRefundRequest()
    request.refund_request_id = said["no"]
    return request, AlipayInquiryRefundResponse


CALLS = {
    "pay": pay,
    "inquire": inquire,
    "cancel": cancel,
    "refund": refund,
    "inquire_refund": inquire_refund,
}


def step(said):
    """Do one thing, and say what the SDK made of it."""
    try:
        if said["do"] == "check":
            told = (said["path"], SAID["client_id"], said["time"], said["body"], said["signature"])
            return {"good": check_signature("POST", *told, SAID["alipay_public_key"])}
        request, response = CALLS[said["do"]](said)
        body = CLIENT.execute(request)
        parsed = response(body)
    except Exception as error:
        return {"raised": type(error).__name__, "says": str(error)}
    result = parsed.result
    return {
        "code": result.result_code,
        "status": str(getattr(result.result_status, "value", result.result_status)),
        "body": json.loads(body),
    }


json.dump([step(each) for each in SAID["steps"]], sys.stdout)
