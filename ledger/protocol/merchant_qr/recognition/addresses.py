"""Addresses: anything that begins with a scheme and a colon, of wallets, vendors and the web.

Forms and samples: Alipay's and WeChat Pay's public documentation of ``qr_code`` and ``code_url``,
Alipay+'s of order codes and of the general payload, NPCI's UPI linking, draft-grothoff-taler-01,
BOLT 11 of the Lightning specification. Fields are told as they stand; nothing is fetched or opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ledger.protocol.merchant_qr import profile_l
from ledger.protocol.merchant_qr.recognition import alipay_plus
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Reading, facts

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{132}")
_BOLT11 = re.compile(r"(?:lightning:)?ln[a-z]{2,4}(?:[0-9]+[munp]?)?1[02-9ac-hj-np-z]{110,}")


def recognise(text: str) -> Reading | None:
    """Tell an address by its scheme; also a bare token of profile L, and a Lightning invoice."""
    if _BOLT11.fullmatch(text.lower()):
        return Reading(CodeKind.BOLT11)
    token = profile_l.token_of(text)
    if token is not None and _TOKEN.fullmatch(token):
        return Reading(CodeKind.QRPAY_LINK, facts(("Wallet's address", text[: -len(token) - 1])))
    scheme = _SCHEME.match(text)
    tell = _BY_SCHEME.get(scheme[1].lower()) if scheme else None
    if tell is None:
        return None
    try:
        return tell(text)
    except ValueError:
        return None


def _split(text: str) -> tuple[SplitResult, dict[str, str]]:
    parts = urlsplit(text)
    return parts, dict(parse_qsl(parts.query, keep_blank_values=True))


_WECHAT_CASHIER = ("wx.tenpay.com", "/cgi-bin/mmpayweb-bin/checkmweb")
"""Where a page in a phone's browser leads to, which opens the app."""


def _web(text: str) -> Reading:
    parts, query = _split(text)
    if parts.netloc.lower() == "qr.alipay.com":
        return Reading(CodeKind.ALIPAY_URL, facts(("Token", parts.path.lstrip("/"))))
    if (parts.netloc, parts.path) == _WECHAT_CASHIER:
        return Reading(CodeKind.WECHAT_URL, facts(("Prepay id", query.get("prepay_id"))))
    told = alipay_plus.recognise(parts.path)
    if told is not None:
        return told
    encrypted = "yes" if parts.scheme == "https" else "no"
    return Reading(CodeKind.WEB_ADDRESS, facts(("Host", parts.netloc), ("Encrypted", encrypted)))


_WECHAT_TOKEN = re.compile(r"/(?:bizpayurl(?:/up)?|s/(?P<path>[A-Za-z0-9_-]+))")


def _weixin(text: str) -> Reading:
    parts, query = _split(text)
    found = _WECHAT_TOKEN.fullmatch(parts.path) if parts.netloc == "wxpay" else None
    if found is not None and "sign" in query:
        return Reading(
            CodeKind.WECHAT_SIGNED_URL,
            facts(
                ("App id", query.get("appid")),
                ("Merchant id", query.get("mch_id")),
                ("Product id", query.get("product_id")),
                ("Made at", query.get("time_stamp")),
            ),
        )
    token = (found["path"] or query.get("pr")) if found else None
    if token is None:
        return Reading(CodeKind.WECHAT_UNKNOWN)
    return Reading(CodeKind.WECHAT_URL, facts(("Token", token)))


def _wxp(_: str) -> Reading:
    return Reading(CodeKind.WECHAT_UNKNOWN)


def _upi(text: str) -> Reading:
    _, query = _split(text)
    amount = f"{query['am']} {query.get('cu', '')}".strip() if query.get("am") else ""
    return Reading(
        CodeKind.UPI_SIGNED if query.get("sign") else CodeKind.UPI,
        facts(
            ("Payee's address", query.get("pa")),
            ("Payee's name", query.get("pn")),
            ("Amount", amount),
            ("Reference", query.get("tr")),
            ("Mode", query.get("mode")),
            ("Organisation id", query.get("orgid")),
            ("Expires at", query.get("QRexpire")),
        ),
    )


def _taler(text: str) -> Reading:
    parts, _ = _split(text)
    host, _, path = parts.path.lstrip("/").partition("/")
    return Reading(
        CodeKind.TALER,
        facts(
            ("Action", parts.netloc),
            ("Host", host),
            ("Path", path),
            ("For tests", "yes" if parts.scheme == "taler+http" else ""),
        ),
    )


_WIFI_NAME = re.compile(r"[:;]S:((?:[^;\\]|\\.)*)")


def _wifi(text: str) -> Reading:
    name = _WIFI_NAME.search(text)
    return Reading(CodeKind.WIFI, facts(("Network", name[1] if name else "")))


_BY_SCHEME: dict[str, Callable[[str], Reading]] = {
    "http": _web,
    "https": _web,
    "weixin": _weixin,
    "wxp": _wxp,
    "upi": _upi,
    "taler": _taler,
    "taler+http": _taler,
    "wifi": _wifi,
}
