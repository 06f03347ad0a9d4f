"""Alter a signature, or take it out, wherever a way of speaking keeps it.

Alipay V2's and WeChat Pay v2's stand in the body, all others' in a header, our own notifications'
in the JSON. An altered one is still well formed: the same length, other bytes, so what fails is
the check itself.

    >>> altered({"wechatpay-signature": "QUJD"}, b"{}")
    ({'wechatpay-signature': 'AUJD'}, b'{}')
    >>> altered({}, b"sign=QUJD&sign_type=RSA2")
    ({}, b'sign=AUJD&sign_type=RSA2')
    >>> stripped({"Content-Type": "text/xml"}, b"<xml><a>1</a><sign><![CDATA[AB]]></sign></xml>")
    ({'Content-Type': 'text/xml'}, b'<xml><a>1</a></xml>')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Message = tuple[dict[str, str], bytes]

_HEADERS: Final = ("wechatpay-signature", "alipay-signature", "signature")
_ITS_TEXT: Final = re.compile(r"(?<=signature=)[^,]+|(?<=:)[A-Za-z0-9+/=_-]+(?=:)|^[^=,:]+={0,2}$")
_PLACES: Final = (
    re.compile(rb'("sign" ?: ?")([^"]+)(")'),
    re.compile(rb"((?:^|&)sign=)([^&]+)()"),
    re.compile(rb"(<sign>(?:<!\[CDATA\[)?)([^<\]]+)((?:\]\]>)?</sign>)"),
    re.compile(rb'("signature":")([^"]+)(")'),
    re.compile(rb'("ciphertext":")([^"]+)(")'),
)
_TAKEN_OUT: Final = (
    re.compile(rb',? ?"sign" ?: ?"[^"]+"'),
    re.compile(rb"&?\bsign=[^&]+"),
    re.compile(rb"<sign>.*?</sign>"),
)


def altered(headers: Mapping[str, str], body: bytes) -> Message:
    """Give the message with another signature of the same form; unchanged where it has none."""
    spoiled = dict(headers)
    for name in headers:
        if name.lower() in _HEADERS:
            spoiled[name] = _ITS_TEXT.sub(lambda found: _other(found[0]), headers[name], count=1)
            return spoiled, body
    for place in _PLACES:
        if place.search(body):
            return spoiled, place.sub(_other_in_place, body, count=1)
    return spoiled, body


def stripped(headers: Mapping[str, str], body: bytes) -> Message:
    """Give the message without its signature."""
    kept = {name: value for name, value in headers.items() if name.lower() not in _HEADERS}
    if len(kept) < len(headers):
        return kept, body
    for place in _TAKEN_OUT:
        if place.search(body):
            return kept, place.sub(b"", body, count=1)
    return kept, body


def _other_in_place(found: re.Match[bytes]) -> bytes:
    return found[1] + _other(found[2].decode("ascii", "replace")).encode() + found[3]


def _other(text: str) -> str:
    """Change what comes first; what it is changed to is fit for base 64 and for hexadecimal."""
    rest = text[3:] if text.startswith("%") else text[1:]
    return ("B" if text.startswith("A") else "A") + rest
