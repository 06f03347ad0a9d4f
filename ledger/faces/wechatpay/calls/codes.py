"""Our errors in WeChat Pay's words: status, code, message, and the number behind ``Request-ID``.

The codes are those of the vendor's pages with underscores; the messages are the ones its platform
is known to send. An error that stands in no row is told by its kind. Where the pages name no code
for a case, the choice is marked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.protocol.errors import (
    CallerError,
    Forbidden,
    NotFound,
    QrpayError,
    TooMany,
    checkout,
    codes,
    content,
    privacy,
    trust,
    wechatpay,
    wechatpay_v2,
)

PARAMETER = 268435461
OUT_OF_RANGE = 268435464
SIGNATURE = 268443699


@dataclass(frozen=True)
class Told:
    """How an error is told. ``message`` may have ``{}`` for what was found."""

    status: int
    code: str
    message: str
    number: int = PARAMETER


CODES: dict[type[QrpayError], Told] = {
    # in the sequence in which a call is checked
    wechatpay.HeaderMissing: Told(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent"),
    wechatpay.AuthorizationFormat: Told(
        401,
        "SIGN_ERROR",
        "Http头Authorization值格式错误",
        SIGNATURE,
    ),
    wechatpay.AuthorizationScheme: Told(
        401, "SIGN_ERROR", "Http头Authorization认证类型不正确", SIGNATURE
    ),
    trust.KeyUnknown: Told(401, "SIGN_ERROR", "商户证书序列号有误", SIGNATURE),
    trust.KeyExpired: Told(401, "SIGN_ERROR", "商户证书已过期", SIGNATURE),
    trust.KeyNotYetValid: Told(401, "SIGN_ERROR", "商户证书尚未生效", SIGNATURE),
    trust.TimestampSkew: Told(
        401,
        "SIGN_ERROR",
        "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
        SIGNATURE,
    ),
    trust.SignatureEncoding: Told(401, "SIGN_ERROR", "错误的签名，验签失败", SIGNATURE),
    trust.SignatureInvalid: Told(401, "SIGN_ERROR", "错误的签名，验签失败", SIGNATURE),
    wechatpay.MchidMismatch: Told(400, "PARAM_ERROR", "mchid不匹配", 268445527),
    wechatpay.AppidNotBound: Told(400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配", 268445527),
    wechatpay.SubMerchantUnknown: Told(403, "NO_AUTH", "商户号与服务商未建立受理关系"),
    wechatpay.NotOverseas: Told(403, "NO_AUTH", "商户无权限"),
    wechatpay.NoPlatformCertificate: Told(
        404,
        "RESOURCE_NOT_EXISTS",
        "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引"
        "https://pay.weixin.qq.com/doc/v3/merchant/4012153196",
    ),
    # bodies
    content.UnknownField: Told(400, "PARAM_ERROR", "传入了未定义的参数", 270924358),
    content.AmountOutOfRange: Told(400, "PARAM_ERROR", "金额超出范围", OUT_OF_RANGE),
    content.BodyTooLarge: Told(400, "PARAM_ERROR", "请求报文过大", OUT_OF_RANGE),
    wechatpay.OpenidMissing: Told(400, "PARAM_ERROR", "JSAPI支付必须传openid", 268501013),
    wechatpay.SealBroken: Told(400, "PARAM_ERROR", "敏感字段解密失败"),  # no code is documented
    codes.AuthCodeFormat: Told(
        400, "PARAM_ERROR", "请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)"
    ),
    # orders
    checkout.OrderNotFound: Told(404, "ORDER_NOT_EXIST", "订单不存在", 268512771),
    wechatpay.ReentryDiffers: Told(
        400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", 268498688
    ),
    checkout.OrderAlreadyPaid: Told(400, "ORDER_PAID", "该订单已支付", 268449538),
    checkout.OrderNumberReused: Told(403, "OUT_TRADE_NO_USED", "商户订单号重复"),
    checkout.OrderState: Told(400, "ORDER_CLOSED", "该订单已关闭", 268447914),
    wechatpay.NotClosable: Told(400, "INVALID_REQUEST", "当前交易不允许进行普通关单", 268449641),
    wechatpay.NotReversible: Told(400, "INVALID_REQUEST", "非付款码支付的订单不能撤销"),
    wechatpay_v2.ReversalTooLate: Told(
        400, "INVALID_REQUEST", "订单有7天的撤销有效期，过期将不能撤销"
    ),
    # the payer; v3 pages name no code for a bad payment code, v2 does
    codes.PaymentAuthCodeInvalid: Told(
        400, "AUTH_CODE_INVALID", "101 付款码无效、已使用或已过期，请刷新再试"
    ),
    checkout.NotEnoughFunds: Told(403, "NOT_ENOUGH", "余额不足"),
    checkout.DailyLimit: Told(403, "RULE_LIMIT", "用户支付金额超过当日限额"),
    checkout.MonthlyLimit: Told(403, "RULE_LIMIT", "用户支付金额超过当月限额"),
    checkout.PayerBlocked: Told(403, "ACCOUNT_ERROR", "用户账户状态异常"),
    checkout.MerchantBlocked: Told(403, "NO_AUTH", "商户无权限"),
    privacy.PayerErased: Told(403, "USER_ACCOUNT_ABNORMAL", "退款请求失败，用户已注销"),
    # refunds
    wechatpay.RefundedOrderUnknown: Told(404, "RESOURCE_NOT_EXISTS", "订单不存在", 268512771),
    checkout.OrderNotPaid: Told(400, "INVALID_REQUEST", "订单未支付或状态不允许退款"),
    checkout.RefundExceedsCaptured: Told(400, "INVALID_REQUEST", "申请退款金额大于订单剩余金额"),
    content.RefundTooSmall: Told(400, "INVALID_REQUEST", "退款金额过小"),
    wechatpay.RefundTotalDiffers: Told(
        400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试"
    ),
    wechatpay.OverseasRefundNumber: Told(403, "OUT_REFUND_NO_USED", "商户退款单号重复"),
    wechatpay.RefundTooOften: Told(400, "INVALID_REQUEST", "部分退款次数超过50次"),
    wechatpay.RefundPoolEmpty: Told(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"),
    wechatpay.RefundNotAbnormal: Told(400, "INVALID_REQUEST", "该退款单状态不是退款异常"),
    # bills
    wechatpay_v2.BillTypeUnknown: Told(400, "PARAM_ERROR", "账单类型错误"),
    wechatpay_v2.BillNotMade: Told(400, "STATEMENT_CREATING", "账单生成中，请稍后再试"),
    wechatpay_v2.BillEmpty: Told(400, "NO_STATEMENT_EXIST", "账单文件不存在"),
    wechatpay_v2.BillTokenStale: Told(400, "INVALID_REQUEST", "下载链接已失效"),
    wechatpay_v2.BillTokenForeign: Told(403, "NO_AUTH", "下载链接与商户不符"),
    checkout.RefundNumberReused: Told(
        400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试"
    ),
}

REFUND_NOT_FOUND = Told(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
USER_PAYING = Told(202, "USERPAYING", "需要用户输入支付密码", 0)
SYSTEM_ERROR = Told(500, "SYSTEM_ERROR", "系统错误，请用相同参数重新调用")

OLD_SPELLINGS = {
    "NOT_ENOUGH": "NOTENOUGH",
    "ORDER_NOT_EXIST": "ORDERNOTEXIST",
    "RULE_LIMIT": "RULELIMIT",
}
"""How older pages of the vendor's spell the same codes."""

_BY_KIND: tuple[tuple[type[QrpayError], Told], ...] = (
    (TooMany, Told(429, "FREQUENCY_LIMITED", "频率超限", 268447840)),
    (NotFound, Told(404, "RESOURCE_NOT_EXISTS", "查询的资源不存在")),
    (Forbidden, Told(403, "RULE_LIMIT", "业务规则限制")),
    (CallerError, Told(400, "PARAM_ERROR", "参数错误")),
)

KINDS = tuple(as_kind for _, as_kind in _BY_KIND)


def told(error: QrpayError) -> Told:
    """Find how an error is told: by its own row, by a rule above it, else by its kind."""
    for rule in type(error).__mro__:
        if issubclass(rule, QrpayError) and rule in CODES:
            return CODES[rule]
    return next((as_kind for kind, as_kind in _BY_KIND if isinstance(error, kind)), SYSTEM_ERROR)
