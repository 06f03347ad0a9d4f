"""Our errors in the words of API v2: ``err_code`` and ``err_code_des``.

The codes are those of the vendor's pages and the sentences those its platform is known to send.
What is wrong with the document or its sign is told as a failure of communication, unsigned, since
nobody knows yet who calls. An error that stands in no row is told by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.protocol.errors import (
    CallerError,
    Conflict,
    Forbidden,
    NotFound,
    QrpayError,
    TooMany,
    checkout,
    codes,
    content,
    privacy,
    trust,
    vendors,
    wechatpay,
    wechatpay_v2,
)


@dataclass(frozen=True)
class Told:
    """How an error is told; ``{}`` in the sentence is what was found."""

    code: str
    sentence: str
    is_communication: bool = False


def _unheard(code: str, sentence: str) -> Told:
    return Told(code, sentence, is_communication=True)


_FORMAT = _unheard("XML_FORMAT_ERROR", "XML格式错误")
_SIGN = _unheard("SIGNERROR", "签名错误，请检查后再试")
_MISMATCH = "订单金额或退款金额与之前请求不一致，请核实后再试"

CODES: dict[type[QrpayError], Told] = {
    wechatpay_v2.PostRequired: _unheard("REQUIRE_POST_METHOD", "请使用post方法"),
    wechatpay_v2.BodyMissing: _unheard("POST_DATA_EMPTY", "post数据为空"),
    content.Encoding: _unheard("NOT_UTF8", "编码格式错误"),
    content.BodyTooLarge: _FORMAT,
    wechatpay_v2.XmlSyntax: _FORMAT,
    wechatpay_v2.XmlForbidden: _FORMAT,
    wechatpay_v2.XmlTooDeep: _FORMAT,
    wechatpay_v2.XmlDuplicateField: _FORMAT,
    vendors.VendorAccountNotFound: _unheard("MCHID_NOT_EXIST", "商户号mch_id或sub_mch_id不存在"),
    trust.SignatureMissing: _SIGN,
    trust.SignatureInvalid: _SIGN,
    trust.KeyUnknown: _SIGN,
    wechatpay_v2.Md5Refused: _SIGN,
    wechatpay_v2.SignTypeUnknown: _SIGN,
    # fields
    content.FieldMissing: Told("LACK_PARAMS", "缺少参数{}"),
    content.FieldFormat: Told("PARAM_ERROR", "参数错误：{}"),
    content.AmountFormat: Told("PARAM_ERROR", "参数错误：{}"),
    content.AmountOutOfRange: Told("PARAM_ERROR", "金额超出范围：{}"),
    content.CurrencyMismatch: Told("PARAM_ERROR", "参数错误：{}"),
    wechatpay_v2.TimeDigits: Told("PARAM_ERROR", "参数错误：{}"),
    wechatpay.NotifyUrlFormat: Told("PARAM_ERROR", "notify_url格式错误"),
    wechatpay.OpenidMissing: Told("PARAM_ERROR", "JSAPI支付必须传openid"),
    wechatpay.AppidNotBound: Told("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配"),
    wechatpay.SubMerchantUnknown: Told("NOAUTH", "商户号与服务商未建立受理关系"),
    # orders
    checkout.OrderNotFound: Told("ORDERNOTEXIST", "此交易订单号不存在"),
    checkout.OrderAlreadyPaid: Told("ORDERPAID", "该订单已支付"),
    checkout.OrderNumberReused: Told("OUT_TRADE_NO_USED", "商户订单号重复"),
    wechatpay.ReentryDiffers: Told("INVALID_REQUEST", "201 商户订单号重复"),
    wechatpay_v2.OrderIsClosed: Told("ORDERCLOSED", "订单已关闭"),
    wechatpay_v2.OrderIsReversed: Told("ORDERREVERSED", "订单已撤销"),
    wechatpay.NotClosable: Told("INVALID_REQUEST", "当前交易不允许进行普通关单"),
    wechatpay.NotReversible: Told("INVALID_REQUEST", "非付款码支付的订单不能撤销"),
    wechatpay_v2.ReversalTooLate: Told("REVERSE_EXPIRE", "订单有7天的撤销有效期，过期将不能撤销"),
    # the payer
    codes.AuthCodeFormat: Told(
        "AUTH_CODE_INVALID", "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)"
    ),
    codes.PaymentAuthCodeInvalid: Told(
        "AUTH_CODE_INVALID", "101 付款码无效、已使用或已过期，请刷新再试"
    ),
    checkout.NotEnoughFunds: Told("NOTENOUGH", "余额不足"),
    checkout.DailyLimit: Told("RULELIMIT", "用户支付金额超过当日限额"),
    checkout.MonthlyLimit: Told("RULELIMIT", "用户支付金额超过当月限额"),
    checkout.PayerBlocked: Told("USER_ACCOUNT_ABNORMAL", "用户账户异常"),
    checkout.MerchantBlocked: Told("NOAUTH", "商户无此接口权限"),
    privacy.PayerErased: Told("USER_ACCOUNT_ABNORMAL", "退款请求失败，用户帐号注销"),
    # refunds
    wechatpay_v2.RefundUnknown: Told("REFUNDNOTEXIST", "退款订单查询失败"),
    checkout.OrderNotPaid: Told("INVALID_REQUEST", "订单状态错误，未支付的订单不能退款"),
    checkout.RefundExceedsCaptured: Told("INVALID_REQUEST", "累计退款金额大于支付金额"),
    content.RefundTooSmall: Told("INVALID_REQUEST", "退款金额过小"),
    wechatpay.RefundTotalDiffers: Told("REFUND_FEE_MISMATCH", _MISMATCH),
    wechatpay.RefundTooOften: Told("INVALID_REQ_TOO_MUCH", "部分退款次数超过50次"),
    # bills, which are told in their own way (``handlers.bills``)
    wechatpay_v2.BillTypeUnknown: _unheard("20001", "invalid bill_type"),
    wechatpay_v2.BillEmpty: _unheard("20002", "No Bill Exist"),
    wechatpay_v2.BillNotMade: _unheard("20003", "Bill Creating"),
}

USER_PAYING = Told("USERPAYING", "需要用户输入支付密码")
SYSTEM_ERROR = Told("SYSTEMERROR", "系统错误")

_BY_KIND: tuple[tuple[type[QrpayError], Told], ...] = (
    (TooMany, Told("FREQUENCY_LIMITED", "频率限制")),
    (NotFound, _unheard("INVALID_REQUEST", "接口不存在")),
    (Conflict, Told("INVALID_REQUEST", "订单状态不允许该操作")),
    (Forbidden, Told("NOAUTH", "无权限")),
    (CallerError, Told("PARAM_ERROR", "参数错误：{}")),
)


KINDS = tuple(as_kind for _, as_kind in _BY_KIND)


def told(error: QrpayError) -> Told:
    """Find how an error is told: by its own row, by a rule above it, else by its kind."""
    for rule in type(error).__mro__:
        if issubclass(rule, QrpayError) and rule in CODES:
            return CODES[rule]
    return next((as_kind for kind, as_kind in _BY_KIND if isinstance(error, kind)), SYSTEM_ERROR)
