r"""Why a sign is not the one expected: both texts, and where they first differ.

The platform only says "签名错误". But whoever made the sign digested some text with some key, and
there are only so many ways to get that text wrong. Each is tried until one gives the sign that was
sent: fields not sorted, empty ones kept, ``sign_type`` forgotten, values escaped for a URL or for
XML, no key at the end, the other algorithm, lower case, or another key of the same merchant. The
key itself is never shown.

    >>> fields = {"b": "2", "a": "1", "sign": digest("b=2&a=1&key=k", "k", SignType.MD5)}
    >>> why = explain(fields, {"API v2 key": "k"})
    >>> why.reason
    'the fields were not sorted by name'
    >>> why.expected, why.signed, why.first_difference
    ('a=1&b=2&key=***', 'b=2&a=1&key=***', 0)
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product, zip_longest
from urllib.parse import quote, quote_plus

from ledger.protocol.wechatpay_v2_wire.signatures import (
    SignType,
    digest,
    filled,
    joined,
    sign_type_of,
)

HIDDEN = "***"
UNKNOWN = "no text that is often signed by mistake gives this sign: most likely the key is another"

_ENDINGS = {
    "": "&key={key}",
    "the key was not appended": "",
    "the key was appended without its name": "{key}",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What should have been signed, what was (if it could be found out), and how they differ.

    ``first_difference`` counts characters from 0; it is None where the texts are the same or the
    signed one is unknown.
    """

    reason: str
    expected: str
    signed: str | None = None

    @property
    def first_difference(self) -> int | None:
        """Where the texts part."""
        if self.signed is None or self.signed == self.expected:
            return None
        pairs = enumerate(zip_longest(self.signed, self.expected))
        return next(place for place, (signed, expected) in pairs if signed != expected)


def explain(fields: Mapping[str, str], keys: Mapping[str, str]) -> Explanation:
    """Find out what was signed. ``keys`` are the merchant's by name; the first is the right one.

    Raises ``SignTypeUnknown``.
    """
    right_name, right_type = next(iter(keys)), sign_type_of(fields)
    expected = joined(filled(fields)) + _ENDINGS[""].format(key=HIDDEN)
    given = fields.get("sign", "")
    types = (right_type, *(other for other in SignType if other is not right_type))
    attempts = product(_bodies(fields), _ENDINGS.items(), types, keys.items())
    for (wrong_body, body), (wrong_ending, ending), sign_type, (name, key) in attempts:
        if digest(body + ending.format(key=key), key, sign_type) == given.upper():
            reasons = [
                wrong_body,
                wrong_ending,
                f"it was digested by {sign_type}, not {right_type}" * (sign_type is not right_type),
                f"the key is the {name}, not the {right_name}" * (name != right_name),
                "the sign is not in upper case" * (given != given.upper()),
            ]
            reason = " and ".join(filter(None, reasons)) or "the sign is right"
            return Explanation(reason, expected, body + ending.format(key=HIDDEN))
    return Explanation(UNKNOWN, expected)


def _bodies(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Spell the fields as people do; the first spelling, without a reason, is the right one."""
    pairs = filled(fields)
    unsorted = {name: value for name, value in fields.items() if name in pairs}
    unsigned = {name: value for name, value in sorted(fields.items()) if name != "sign"}
    untyped = {name: value for name, value in pairs.items() if name != "sign_type"}
    by_letter = dict(sorted(pairs.items(), key=lambda pair: pair[0].lower()))
    yield "", joined(pairs)
    yield "sign_type was left out", joined(untyped)
    yield "empty fields were signed too", joined(unsigned)
    yield "the fields were not sorted by name", joined(unsorted)
    yield "the fields were sorted without regard to case", joined(by_letter)
    for reason, change in (
        ("values were encoded for a URL", lambda value: quote(value, safe="")),
        ("values were encoded for a form", quote_plus),
        ("values were escaped for XML", lambda value: html.escape(value, quote=False)),
        ("values were trimmed", str.strip),
    ):
        yield reason, joined({name: change(value) for name, value in pairs.items()})
