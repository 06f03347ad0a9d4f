"""The codes (``err_code``) that each call of WeChat Pay's API v2 can be refused by.

Source: the table of error codes (错误码) at the end of each call's page in the vendor's API v2
documentation, and ``FREQUENCY_LIMITED``, which its platform is known to send.

    >>> "NOTSUPORTCARD" in codes_of("POST /pay/micropay")
    True
    >>> codes_of("POST /sandboxnew/pay/micropay") == codes_of("POST /pay/micropay")
    True
    >>> "NOTSUPORTCARD" in codes_of("POST /pay/orderquery")
    False
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ANY = """FREQUENCY_LIMITED INVALID_REQUEST LACK_PARAMS MCHID_NOT_EXIST NOAUTH NOT_UTF8 PARAM_ERROR
POST_DATA_EMPTY REQUIRE_POST_METHOD SIGNERROR SYSTEMERROR XML_FORMAT_ERROR"""
_OF_APPS = "APPID_MCHID_NOT_MATCH APPID_NOT_EXIST"
_ORDER = f"{_OF_APPS} NOTENOUGH ORDERCLOSED ORDERPAID OUT_TRADE_NO_USED"
_MICROPAY = f"""{_ORDER} AUTHCODEEXPIRE AUTH_CODE_ERROR AUTH_CODE_INVALID BANKERROR BUYER_MISMATCH
NOTSUPORTCARD ORDERREVERSED RULELIMIT TRADE_ERROR USERPAYING USER_ACCOUNT_ABNORMAL"""
_REVERSE = "INVALID_TRANSACTIONID ORDERNOTEXIST REVERSE_EXPIRE TRADE_ERROR"
_REFUND = f"""{_OF_APPS} BIZERR_NEED_RETRY CERT_ERROR ERROR INVALID_REQ_TOO_MUCH
INVALID_TRANSACTIONID NOTENOUGH ORDERNOTEXIST REFUND_FEE_MISMATCH TRADE_OVERDUE
USER_ACCOUNT_ABNORMAL"""
_BILLS = "20001 20002 20003"


def _listed(*lists: str) -> frozenset[str]:
    return frozenset(name for names in (_ANY, *lists) for name in names.split())


BY_CALL: Final[Mapping[str, frozenset[str]]] = {
    "/pay/unifiedorder": _listed(_ORDER),
    "/pay/orderquery": _listed("ORDERNOTEXIST"),
    "/pay/closeorder": _listed("ORDERCLOSED ORDERNOTEXIST ORDERPAID"),
    "/pay/micropay": _listed(_MICROPAY),
    "/secapi/pay/reverse": _listed(_REVERSE),
    "/secapi/pay/refund": _listed(_REFUND),
    "/pay/refundquery": _listed(_OF_APPS, "INVALID_TRANSACTIONID REFUNDNOTEXIST"),
    "/pay/downloadbill": frozenset(_BILLS.split()),
    "/pay/downloadfundflow": frozenset(_BILLS.split()),
    "/pay/queryexchagerate": _listed(),
    "/tools/authcodetoopenid": _listed(
        _OF_APPS, "AUTHCODEEXPIRE AUTH_CODE_ERROR AUTH_CODE_INVALID USER_ACCOUNT_ABNORMAL"
    ),
}
"""The codes of each call, by its address in production."""

_CALL: Final = re.compile(r"POST (?:/sandboxnew|/xdc/apiv2sandbox)?(/[a-z/]+)", re.ASCII)


def codes_of(call: str) -> frozenset[str]:
    """Give what a call, named by method and address, can be refused by; none for others."""
    found = _CALL.fullmatch(call)
    return BY_CALL.get(found[1], frozenset()) if found else frozenset()
