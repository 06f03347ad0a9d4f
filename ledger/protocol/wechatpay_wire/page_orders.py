r"""Signed parameters: what a shop's page, mini-program or app hands to the wallet to be paid.

A page and a mini-program give ``timeStamp``, ``nonceStr``, ``package`` (``prepay_id=wx…``),
``signType`` and ``paySign``, a page its ``appId`` too; an app gives ``appid``, ``partnerid``,
``prepayid``, ``package``, ``noncestr``, ``timestamp`` and ``sign``. All of them are text. Orders of
API v3 are signed by RSA over four lines, each ended by a line feed; those of API v2 by a digest
over the sorted fields (``wechatpay_v2_wire.signatures``). Source: pay.weixin.qq.com, "invoking the
payment" of JSAPI, mini-program and App payment, of both APIs.

    >>> given = read({"timeStamp": "1414561699", "nonceStr": "5K8264", "signType": "RSA",
    ...               "package": "prepay_id=wx201410272009395522", "paySign": "oR9d8PuhnIc="})
    >>> given.prepay_id, given.app_id
    ('wx201410272009395522', '')
    >>> given.signed_by_rsa("wx8888888888888888")
    b'wx8888888888888888\n1414561699\n5K8264\nprepay_id=wx201410272009395522\n'
    >>> app_text("wx8888888888888888", "1414561699", "5K8264", "wx201410272009395522")
    b'wx8888888888888888\n1414561699\n5K8264\nwx201410272009395522\n'
    >>> read({"timeStamp": 1414561699})
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.FieldFormat: timeStamp: must be text
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.protocol import rsa
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.errors.trust import SignatureInvalid, TimestampSkew
from ledger.protocol.instants import HOUR, MINUTE, Instant, from_seconds
from ledger.protocol.records import record
from ledger.protocol.wechatpay_v2_wire import signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType

RSA: Final = "RSA"
APP_PACKAGE: Final = "Sign=WXPay"
HOLDS_MS: Final = 2 * HOUR
"""As long as a ``prepay_id`` does; the vendor's pages say nothing of how old parameters may be."""
AHEAD_MS: Final = 5 * MINUTE

_PREPAID = "prepay_id="
_SECONDS = re.compile(r"[0-9]{10}", re.ASCII)
_APP = ("appid", "partnerid", "prepayid", "package", "noncestr", "timestamp")
_PAGE = ("appId", "timeStamp", "nonceStr", "package", "signType")


def page_text(appid: str, timestamp: str, nonce: str, prepay_id: str) -> bytes:
    """Spell what a page or a mini-program signs: the number by its name."""
    return app_text(appid, timestamp, nonce, f"prepay_id={prepay_id}")


def app_text(appid: str, timestamp: str, nonce: str, prepay_id: str) -> bytes:
    """Spell what an app signs: the bare number."""
    return f"{appid}\n{timestamp}\n{nonce}\n{prepay_id}\n".encode()


@record(frozen=True, slots=True)
class PageOrder:
    """Signed parameters, read; ``fields`` are those that API v2 digests, ``app_id`` may be empty.

    ``sign_type`` is empty where it was left out, as it always is in an app's.
    """

    app_id: str
    prepay_id: str
    timestamp: str
    nonce: str
    sign_type: str
    signature: str
    fields: Mapping[str, str]

    @property
    def is_apps(self) -> bool:
        """Whether an app gave them, and no page."""
        return "prepayid" in self.fields

    def require_fresh(self, now: Instant) -> None:
        """Refuse parameters of another time; raises ``FieldFormat``, ``TimestampSkew``."""
        if not _SECONDS.fullmatch(self.timestamp):
            raise FieldFormat("timeStamp: must be seconds since 1970, ten digits")
        age_ms = now - from_seconds(int(self.timestamp))
        if not -AHEAD_MS <= age_ms < HOLDS_MS:
            raise TimestampSkew(f"signed {age_ms // 1000} s ago; a prepay_id holds for two hours")

    def signed_by_rsa(self, app_id: str) -> bytes:
        """Spell the four lines; a mini-program signs its app id without giving it."""
        spell = app_text if self.is_apps else page_text
        return spell(app_id, self.timestamp, self.nonce, self.prepay_id)

    def verify_rsa(self, key: RSAPublicKey, app_id: str) -> None:
        """Check the signature of an order of API v3.

        Raises ``SignatureEncoding`` or ``SignatureInvalid``, which says what was signed instead if
        that is a mistake that people make.
        """
        expected = self.signed_by_rsa(app_id)
        if _holds(key, expected, self.signature):
            return
        for sentence, text in self._mistakes(app_id, expected):
            if _holds(key, text, self.signature):
                raise SignatureInvalid(f"{sentence}; the text to sign is {expected.decode()!r}")
        raise SignatureInvalid(f"not by this merchant's key over {expected.decode()!r}")

    def verify_digest(self, key: str, app_id: str, sign_type: SignType) -> None:
        """Check the signature of an order of API v2; raises ``SignatureInvalid``."""
        name = "appid" if self.is_apps else "appId"
        fields = {**self.fields, name: app_id}
        expected = signatures.sign(fields, key, sign_type)
        if not hmac.compare_digest(expected.encode(), self.signature.encode()):
            text = signatures.joined(signatures.filled(fields))
            raise SignatureInvalid(f"not the {sign_type} of {text}&key=*** by the API v2 key")

    def _mistakes(self, app_id: str, expected: bytes) -> Iterator[tuple[str, bytes]]:
        bare = app_text(app_id, self.timestamp, self.nonce, self.prepay_id)
        named = page_text(app_id, self.timestamp, self.nonce, self.prepay_id)
        yield "the prepay_id was signed without its name, as apps do", bare
        yield "prepay_id=… was signed, as pages do; an app signs the number alone", named
        yield "the last line feed is missing", expected[:-1]
        swapped = page_text(app_id, self.nonce, self.timestamp, self.prepay_id)
        yield "the nonce stands before the time; it is the other way round", swapped
        yield "lines end with a line feed alone", expected.replace(b"\n", b"\r\n")
        yield "the app id is missing", page_text("", self.timestamp, self.nonce, self.prepay_id)


def read(given: Mapping[str, object]) -> PageOrder:
    """Read signed parameters; raises ``FieldMissing``, ``FieldFormat``."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise FieldFormat(f"{name[:40]}: must be text")
    said = {name: str(value) for name, value in given.items()}
    if "prepayid" in said:
        return _of_app(said)
    # The JS-SDK's wx.chooseWXPay calls it timestamp, and signs it as timeStamp all the same.
    said.setdefault("timeStamp", said.get("timestamp", ""))
    fields = {name: said.get(name, "") for name in _PAGE}
    _require(said, "timeStamp", "nonceStr", "package", "paySign")
    if not fields["package"].startswith(_PREPAID):
        raise FieldFormat(f"package: must be {_PREPAID}…")
    return PageOrder(
        app_id=fields["appId"],
        prepay_id=fields["package"].removeprefix(_PREPAID),
        timestamp=fields["timeStamp"],
        nonce=fields["nonceStr"],
        sign_type=fields["signType"],
        signature=said["paySign"],
        fields=fields,
    )


def _of_app(said: Mapping[str, str]) -> PageOrder:
    _require(said, *_APP, "sign")
    if said["package"] != APP_PACKAGE:
        raise FieldFormat(f"package: must be {APP_PACKAGE}")
    return PageOrder(
        app_id=said["appid"],
        prepay_id=said["prepayid"],
        timestamp=said["timestamp"],
        nonce=said["noncestr"],
        sign_type="",
        signature=said["sign"],
        fields={name: said[name] for name in _APP},
    )


def _require(said: Mapping[str, str], *names: str) -> None:
    for name in names:
        if not said.get(name):
            raise FieldMissing(name)


def _holds(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    try:
        rsa.verify(key, text, signature)
    except SignatureInvalid:
        return False
    return True
