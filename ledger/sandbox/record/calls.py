"""What a request is about, read without believing it: whose call, which one, for which order.

The faces read calls strictly; here it is only about matching them to faults and showing them in a
journal, so one reader does for every way of speaking, and what can't be read stays empty.

    >>> read = called("POST", "/gateway.do", "", {}, b"app_id=2021&method=alipay.trade.pay"
    ...     b"&biz_content=%7B%22out_trade_no%22%3A%22A-1%22%2C%22total_amount%22%3A%227.01%22%7D")
    >>> read.face, read.name, read.account, read.order_no, read.amount_minor
    ('alipay', 'alipay.trade.pay', '2021', 'A-1', 701)
    >>> called("GET", "/v3/pay/transactions/out-trade-no/tea-0001", "mchid=1900000001",
    ...        {"authorization": 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",…'}, b"").name
    'GET /v3/pay/transactions/out-trade-no'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

_FACES: Final = (
    ("/gateway.do", "alipay"),
    ("/v3/alipay/", "alipay"),
    ("/ams/", "antom"),
    ("/v3/", "wechatpay"),
    ("/v1/", "native"),
)
_OLDER: Final = "wechatpay_v2"
_XML: Final = b"<xml"

_ACCOUNT: Final = re.compile(
    r'(?:\bapp_id|\bmchid|<mch_id>|"mchid)["\s]*[=:]?\s*"?(?:<!\[CDATA\[)?([0-9A-Za-z_]{1,32})'
)
_KEY_ID: Final = re.compile(r'keyid="([0-9a-z]{1,16})"')
_REFERENCE: Final = re.compile(
    r"(?:out_trade_no|out_order_no|paymentRequestId|merchant_order_no)"
    r"""[\\"]*\s*[=:>]\s*(?:<!\[CDATA\[)?[\\"]*([0-9A-Za-z_|*.\-]{1,64})"""
)
_IN_PATH: Final = re.compile(r"/out-trade-no/([^/?]{1,64})|/(pay_[0-9A-Z]{24})")
_PRICE: Final = re.compile(r"""total_amount[\\"]*\s*[:=]\s*[\\"]*([0-9]{1,9})\.([0-9]{2})\b""")
_MINOR: Final = re.compile(
    r"""(?:"total"\s*:\s*|<total_fee>(?:<!\[CDATA\[)?|amount_minor=|"""
    r""""paymentAmount"\s*:\s*\{[^}]*?"value"\s*:\s*")([0-9]{1,12})\b"""
)
_GIVEN_BACK: Final = re.compile(
    r"""(?:"refund"\s*:\s*|<refund_fee>(?:<!\[CDATA\[)?)([0-9]{1,12})\b"""
)
_NUMBERED: Final = re.compile(r"/(?:out-trade-no|id)/[^/]+|/[a-z]{3}_[0-9A-Z]{24}")


@dataclass(frozen=True, slots=True)
class Called:
    """A call: by which face, its name, whose it claims to be, and the merchant's number in it.

    ``account`` is an app id, a client id, a merchant number, or natively the id of a key;
    ``amount_minor`` the price it names, 0 where it names none or is about a refund,
    ``refund_minor`` what is to be given back by WeChat Pay.
    """

    face: str = ""
    name: str = ""
    account: str = ""
    order_no: str = ""
    amount_minor: int = 0
    refund_minor: int = 0


def called(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Called:
    """Read a request; ``headers`` by their names in small letters."""
    face = _face(path, body)
    text = unquote_plus(f"{query}&{body.decode('utf-8', 'replace')}")
    name = _name(face, method, path, text)
    return Called(
        face=face,
        name=name,
        account=_account(face, headers, text),
        order_no=_number(path, text),
        amount_minor=0 if "refund" in name else _amount(text),
        refund_minor=_given_back(text) if "refund" in name else 0,
    )


def _amount(text: str) -> int:
    """Read a price: Alipay's with a point, all others' in minor units."""
    found = _PRICE.search(text)
    if found is not None:
        return int(found[1] + found[2])
    found = _MINOR.search(text)
    return int(found[1]) if found else 0


def _given_back(text: str) -> int:
    found = _GIVEN_BACK.search(text)
    return int(found[1]) if found else 0


def _face(path: str, body: bytes) -> str:
    for prefix, face in _FACES:
        if path.startswith(prefix):
            return face
    return _OLDER if body.lstrip().startswith(_XML) else ""


def _name(face: str, method: str, path: str, text: str) -> str:
    if path == "/gateway.do":
        found = re.search(r"(?:^|&)method=([a-zA-Z.]{1,64})", text)
        return found[1] if found else ""
    if face == "antom":
        return path.rpartition("/")[2]
    return f"{method} {_NUMBERED.sub(_without_number, path)}"


def _without_number(found: re.Match[str]) -> str:
    return found[0].rpartition("/")[0]


def _account(face: str, headers: Mapping[str, str], text: str) -> str:
    if face == "native":
        found = _KEY_ID.search(headers.get("signature-input", ""))
    elif face == "antom":
        return headers.get("client-id", "")
    else:
        found = _ACCOUNT.search(headers.get("authorization", "")) or _ACCOUNT.search(text)
    return found[1] if found else ""


def _number(path: str, text: str) -> str:
    found = _IN_PATH.search(path) or _REFERENCE.search(text)
    return next((group for group in found.groups() if group), "") if found else ""
