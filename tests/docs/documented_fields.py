"""Fields that the vendors' pages list and that a face may leave alone, by operation.

Of a request: what is accepted and passed over (*partly*), unless a call was seen to look for it. Of
an answer: what is never given (*no*), unless one was seen to. Sources: the methods' pages at
opendocs.alipay.com, docs.antom.com ("pay, in-store") and pay.weixin.qq.com.
"""

from __future__ import annotations

from typing import Final

_SELLING = """goods_detail discountable_amount undiscountable_amount enable_pay_channels
disable_pay_channels extend_params merchant_order_no sub_merchant settle_info royalty_info
business_params ext_user_info query_options"""
_DEPOSIT = "extra_param payee_user_id payee_logon_id"

SENT: Final = {
    "alipay.trade.precreate": f"{_SELLING} code_type",
    "alipay.trade.create": _SELLING,
    "alipay.trade.page.pay": f"{_SELLING} qr_pay_mode qrcode_width goods_type integration_type",
    "alipay.trade.wap.pay": f"{_SELLING} auth_token goods_type specified_channel",
    "alipay.trade.app.pay": f"{_SELLING} goods_type specified_channel",
    "alipay.trade.pay": f"{_SELLING} is_async_pay agreement_params terminal_params"
    " advance_payment_type promo_params",
    "alipay.trade.query": "query_options org_pid",
    "alipay.trade.refund": "operator_id store_id terminal_id refund_currency goods_detail"
    " refund_royalty_parameters query_options",
    "alipay.trade.fastpay.refund.query": "query_options org_pid",
    "alipay.trade.close": "operator_id",
    "alipay.trade.order.settle": "royalty_mode extend_params operator_id",
    "alipay.trade.order.onsettle.query": "royalty_source",
    "alipay.data.dataservice.bill.downloadurl.query": "smid",
    "alipay.fund.auth.order.voucher.create": _DEPOSIT,
    "alipay.fund.auth.order.freeze": _DEPOSIT,
    "alipay.fund.auth.order.app.freeze": _DEPOSIT,
    "alipay.fund.auth.order.unfreeze": "extra_param",
    "pay": "merchantRegion paymentQuote order.env.storeTerminalRequestTime order.goods order.buyer",
}

ANSWERED: Final = {
    "alipay.trade.precreate": "share_code",
    "alipay.trade.pay": "open_id discount_amount mdiscount_amount voucher_detail_list"
    " settle_trans_rate purchase_entity",
    "alipay.trade.query": "open_id discount_amount mdiscount_amount voucher_detail_list"
    " settle_trans_rate",
    "alipay.trade.refund": "open_id refund_detail_item_list refund_currency",
    "alipay.trade.fastpay.refund.query": "refund_royaltys deposit_back_info",
    "alipay.trade.order.settle": "settle_no",
    "alipay.trade.order.settle.query": "royalty_detail_list[].trans_out_open_id"
    " royalty_detail_list[].trans_in_open_id royalty_detail_list[].error_code"
    " royalty_detail_list[].error_desc",
    "alipay.fund.auth.order.voucher.create": "code_url",
    "alipay.fund.auth.order.freeze": "credit_amount fund_amount pre_auth_type",
    "alipay.fund.auth.operation.detail.query": "credit_amount fund_amount",
}

CHECKED_ONLY: Final = {
    "antom": "productCode order.orderDescription order.env.storeTerminalId"
    " order.merchant.merchantName order.merchant.merchantMCC order.merchant.store.storeName"
    " order.merchant.store.storeMCC paymentMethod.paymentMethodType referenceRefundId",
    "wechatpay": "detail goods_detail goods_tag limit_pay settle_info support_fapiao bank_type",
    "wechatpay_v2": "detail goods_tag limit_pay scene_info product_id",
}
"""Fields that are held against their type and length and change nothing else."""
