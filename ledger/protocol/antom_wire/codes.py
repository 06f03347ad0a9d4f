"""The result codes that each call of Antom's in-store API can end by, success left out.

Source: "Result codes" of each call in Antom's in-store documentation. ``UNKNOWN`` are those of
status ``U``: nobody knows yet, inquire; all others are of status ``F``.

    >>> "MERCHANT_BALANCE_NOT_ENOUGH" in codes_of("refund")
    True
    >>> codes_of("createPaymentSession")
    frozenset()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNKNOWN: Final = frozenset(
    (
        "PAYMENT_IN_PROCESS",
        "REFUND_IN_PROCESS",
        "REQUEST_TRAFFIC_EXCEED_LIMIT",
        "UNKNOWN_EXCEPTION",
    )
)
"""The codes of status ``U``."""

_ANY = """ACCESS_DENIED CLIENT_INVALID INVALID_API INVALID_SIGNATURE KEY_NOT_FOUND
MEDIA_TYPE_NOT_ACCEPTABLE METHOD_NOT_SUPPORTED NO_INTERFACE_DEF PARAM_ILLEGAL PROCESS_FAIL
REQUEST_TRAFFIC_EXCEED_LIMIT SYSTEM_ERROR UNKNOWN_EXCEPTION"""

_PAY = """CURRENCY_NOT_SUPPORT EXPIRED_CODE INVALID_CONTRACT INVALID_MERCHANT_STATUS
INVALID_PAYMENT_CODE MERCHANT_KYB_NOT_QUALIFIED MERCHANT_NOT_REGISTERED NO_PAY_OPTIONS
ORDER_IS_CANCELED ORDER_IS_CLOSED PAYMENT_AMOUNT_EXCEED_LIMIT PAYMENT_COUNT_EXCEED_LIMIT
PAYMENT_IN_PROCESS PAYMENT_NOT_QUALIFIED REPEAT_REQ_INCONSISTENT RISK_REJECT SIGNATURE_INVALID
USER_AMOUNT_EXCEED_LIMIT USER_BALANCE_NOT_ENOUGH USER_KYC_NOT_QUALIFIED USER_NOT_EXIST
USER_PAYMENT_VERIFICATION_FAILED USER_STATUS_ABNORMAL"""

_CANCEL = """CANCEL_WINDOW_EXCEED MERCHANT_BALANCE_NOT_ENOUGH ORDER_NOT_EXIST ORDER_STATUS_INVALID
USER_NOT_EXIST"""

_REFUND = """CURRENCY_NOT_SUPPORT MERCHANT_BALANCE_NOT_ENOUGH MULTIPLE_REFUNDS_NOT_SUPPORTED
ORDER_IS_CANCELED ORDER_NOT_EXIST ORDER_STATUS_INVALID REFUND_AMOUNT_EXCEED REFUND_IN_PROCESS
REFUND_WINDOW_EXCEED REPEAT_REQ_INCONSISTENT USER_NOT_EXIST"""


def _listed(*lists: str) -> frozenset[str]:
    return frozenset(name for names in (_ANY, *lists) for name in names.split())


BY_CALL: Final[Mapping[str, frozenset[str]]] = {
    "pay": _listed(_PAY),
    "cancel": _listed(_CANCEL),
    "refund": _listed(_REFUND),
    "inquiryPayment": _listed("ORDER_NOT_EXIST"),
    "inquiryRefund": _listed("REFUND_NOT_EXIST"),
}
"""The codes of each call, by the last part of its path."""


def codes_of(call: str) -> frozenset[str]:
    """Give what a call can end by; nothing if there is no such call."""
    return BY_CALL.get(call, frozenset())
