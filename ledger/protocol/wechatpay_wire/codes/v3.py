"""The codes that calls of WeChat Pay's API v3 can be refused by, with the status of each.

Source: the tables of error codes (错误码) at the end of the vendor's pages. Those of orders list
one set for all their calls (chapter3_4_1 to chapter3_4_3 and their successors), those of refunds
and of bills one each; an older page spells some without the underscore. So a call is known by its
kind.

    >>> "NOT_ENOUGH" in codes_of("POST /v3/pay/transactions/codepay")
    True
    >>> "STATEMENT_CREATING" in codes_of("POST /v3/pay/transactions/codepay")
    False
    >>> codes_of("alipay.trade.pay"), codes_of("POST /v3/alipay/trade/pay")
    (frozenset(), frozenset())
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATUSES: Final[Mapping[str, int]] = {
    "USERPAYING": 202,
    "APPID_MCHID_NOT_MATCH": 400,
    "AUTH_CODE_INVALID": 400,
    "INVALID_REQUEST": 400,
    "MCH_NOT_EXISTS": 400,
    "NO_STATEMENT_EXIST": 400,
    "ORDER_CLOSED": 400,
    "ORDER_PAID": 400,
    "PARAM_ERROR": 400,
    "STATEMENT_CREATING": 400,
    "SIGN_ERROR": 401,
    "ACCOUNT_ERROR": 403,
    "NOT_ENOUGH": 403,
    "NO_AUTH": 403,
    "OUT_REFUND_NO_USED": 403,
    "OUT_TRADE_NO_USED": 403,
    "RULE_LIMIT": 403,
    "TRADE_ERROR": 403,
    "USER_ACCOUNT_ABNORMAL": 403,
    "ORDER_NOT_EXIST": 404,
    "RESOURCE_NOT_EXISTS": 404,
    "FREQUENCY_LIMITED": 429,
    "BANK_ERROR": 500,
    "INVALID_TRANSACTIONID": 500,
    "OPENID_MISMATCH": 500,
    "SYSTEM_ERROR": 500,
}
"""Every code, and the status that it comes with."""

_ANY = "FREQUENCY_LIMITED INVALID_REQUEST NO_AUTH PARAM_ERROR SIGN_ERROR SYSTEM_ERROR"
_ORDERS = """ACCOUNT_ERROR APPID_MCHID_NOT_MATCH AUTH_CODE_INVALID BANK_ERROR INVALID_TRANSACTIONID
MCH_NOT_EXISTS NOT_ENOUGH OPENID_MISMATCH ORDER_CLOSED ORDER_NOT_EXIST ORDER_PAID OUT_TRADE_NO_USED
RESOURCE_NOT_EXISTS RULE_LIMIT TRADE_ERROR USERPAYING"""
_REFUNDS = "MCH_NOT_EXISTS NOT_ENOUGH RESOURCE_NOT_EXISTS USER_ACCOUNT_ABNORMAL"
_BILLS = "NO_STATEMENT_EXIST STATEMENT_CREATING"
_TRUST = "RESOURCE_NOT_EXISTS"


def _listed(*lists: str) -> frozenset[str]:
    return frozenset(name for names in (_ANY, *lists) for name in names.split())


BY_KIND: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("/v3/pay/", _listed(_ORDERS)),
    ("/v3/global/transactions", _listed(_ORDERS)),
    ("/v3/global/micropay/", _listed(_ORDERS)),
    ("/v3/refund/", _listed(_REFUNDS)),
    ("/v3/global/refund", _listed(_REFUNDS, "OUT_REFUND_NO_USED")),
    ("/v3/bill/", _listed(_BILLS)),
    ("/v3/global/settle/", _listed("RESOURCE_NOT_EXISTS")),
    ("/v3/certificates", _listed(_TRUST)),
    ("/v3/global/certificates", _listed(_TRUST)),
    ("/v3/security/", _listed()),
)
"""The codes of each kind of call, by how its address begins."""


def codes_of(call: str) -> frozenset[str]:
    """Give what a call, named by method and address, can be refused by; none for others."""
    path = call.partition(" ")[2]
    return next((codes for begin, codes in BY_KIND if path.startswith(begin)), frozenset())
