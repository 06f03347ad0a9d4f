"""Which calls can be refused by which of a vendor's codes, by names as the journal spells them.

>>> can_refuse("ACQ.PAYMENT_FAIL", "alipay.trade.pay")
True
>>> can_refuse("ACQ.PAYMENT_FAIL", "POST /v3/alipay/trade/pay")
True
>>> can_refuse("ACQ.PAYMENT_FAIL", "alipay.trade.query")
False
>>> can_refuse("RISK_REJECT", "pay"), is_known("RISK_REJECT"), is_known("ACQ.NOTHING")
(True, True, False)
>>> can_refuse("BANK_ERROR", "POST /v3/pay/transactions/codepay")
True
>>> can_refuse("BANKERROR", "POST /pay/micropay"), can_refuse("BANKERROR", "POST /pay/orderquery")
(True, False)
"""

from __future__ import annotations

from typing import Final

from ledger.protocol.alipay_wire import codes as alipay
from ledger.protocol.antom_wire import codes as antom
from ledger.protocol.wechatpay_wire.codes import v2, v3

_V3: Final = "/v3/alipay/"
_CALLS: Final = (
    *alipay.BY_METHOD,
    *antom.BY_CALL,
    *(f"POST {path}" for path, _ in v3.BY_KIND),
    *(f"POST {path}" for path in v2.BY_CALL),
)


def can_refuse(code: str, call: str) -> bool:
    """Tell whether the vendor's reference of this call lists this code."""
    return (
        code in alipay.codes_of(_method(call))
        or code in antom.codes_of(call)
        or code in v3.codes_of(call)
        or code in v2.codes_of(call)
    )


def is_known(code: str) -> bool:
    """Tell whether any call lists it."""
    return any(can_refuse(code, call) for call in _CALLS)


def _method(call: str) -> str:
    """Give the method of a V3 address, like ``GET /v3/alipay/trade/query``."""
    _, found, rest = call.partition(_V3)
    return f"alipay.{rest.replace('/', '.')}" if found else call
