"""What a call is for, whichever way of speaking it is in, and what its answer says.

>>> role_of("alipay.trade.precreate"), role_of("POST /v3/pay/transactions/codepay")
(<Role.OPEN: 'open'>, <Role.OPEN: 'open'>)
>>> role_of("GET /v3/pay/transactions/out-trade-no"), role_of("inquiryPayment")
(<Role.QUERY: 'query'>, <Role.QUERY: 'query'>)
>>> role_of("alipay.trade.cancel"), role_of("POST /secapi/pay/refund"), role_of("GET /v1/me")
(<Role.END: 'end'>, <Role.REFUND: 'refund'>, None)
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import unquote_plus


class Role(StrEnum):
    """What a merchant calls a provider for."""

    OPEN = "open"
    QUERY = "query"
    END = "end"
    REFUND = "refund"
    REFUND_QUERY = "refund query"
    STATEMENT = "statement"


_NAMES: Final = (
    (Role.STATEMENT, re.compile(r"bill|statement", re.IGNORECASE)),
    (
        Role.REFUND_QUERY,
        re.compile(r"refund[./]query$|^inquiryRefund$|^GET .*refund|/refundquery$"),
    ),
    (Role.REFUND, re.compile(r"trade[./]refund$|^refund$|^POST .*/refunds$|/pay/refund$")),
    (Role.END, re.compile(r"(?:[./]|^)(?:close|cancel|reverse|closeorder)$")),
    (
        Role.QUERY,
        re.compile(
            r"trade[./]query$|^inquiryPayment$|/orderquery$|^GET /v1/payments$"
            r"|^GET /v3/.*transactions/(?:out-trade-no|id)$"
        ),
    ),
    (
        Role.OPEN,
        re.compile(
            r"trade[./](?:pay|precreate|create)$|^pay$|/pay/(?:unifiedorder|micropay)$"
            r"|^POST /v1/payments$|^POST /v3/.*transactions/(?:native|jsapi|app|h5|codepay|pay)$"
        ),
    ),
)
_PAID: Final = re.compile(
    rb'TRADE_SUCCESS|gmt_payment|"state" ?: ?"PAID"|<trade_state>(?:<!\[CDATA\[)?SUCCESS'
    rb'|"(?:trade_state|paymentStatus)" ?: ?"SUCCESS"'
)
_REFUND_NO: Final = re.compile(
    r"(?:out_request_no|out_refund_no|refundRequestId|merchant_refund_no)"
    r"""[\\"]*\s*[=:>]\s*(?:<!\[CDATA\[)?[\\"]*([0-9A-Za-z_|*.\-]{1,64})"""
)


def role_of(name: str) -> Role | None:
    """Tell what a call is for, by its name in the journal; None for what is no matter here."""
    return next((role for role, names in _NAMES if names.search(name)), None)


def says_paid(answer: bytes) -> bool:
    """Tell whether an answer says that an order is paid."""
    return _PAID.search(answer) is not None


def refund_no(body: bytes) -> str:
    """Read the merchant's number of a refund; empty where there is none."""
    found = _REFUND_NO.search(unquote_plus(body.decode("utf-8", "replace")))
    return found[1] if found else ""
