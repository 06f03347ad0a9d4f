"""One shop's line to WeChat Pay: a call goes out signed, its answer is believed by its stamp.

Every answer is checked, refusals too, since the till decides by them; only a downloaded file has no
stamp and is believed by the SHA-1 that a stamped answer told before. The platform may stamp by its
public key, which the shop has as a file, or by a certificate, which is fetched when it is met: the
answer with it is stamped by the key in the file, because the call asks for that one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.kit import vendor_certificates
from ledger.kit.clock import Clock, require_fresh
from ledger.kit.transport import Response, Transport
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import (
    AnswerLost,
    KeyUnknown,
    ResponseSignatureInvalid,
)
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.wechatpay_wire import authorization, seals, signatures
from ledger.protocol.wechatpay_wire.certificates import Certificate
from pos.acquirers.wechatpay.account import Account

CERTIFICATES: Final = "/v3/certificates"
ASK_AGAIN_MS: Final = 10 * SECOND
_NONCE_BYTES: Final = 16
_REFUSED_FROM: Final = 400

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A believed answer; ``code`` is the platform's name for a refusal, empty for none."""

    status: int
    body: Json

    @property
    def is_refusal(self) -> bool:
        """Tell whether it refuses."""
        return self.status >= _REFUSED_FROM

    @property
    def code(self) -> str:
        """Give the name of what refuses, or of what is still open."""
        return str(self.body.get("code", ""))


@dataclass
class WeChatPayClient:
    """Calls API v3 for one account; safe to share between threads."""

    base_url: str
    transport: Transport
    account: Account
    clock: Clock
    entropy: Callable[[int], bytes]
    _certificates: dict[str, RSAPublicKey] = field(default_factory=dict)
    _asked_at: Instant | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, target: str) -> Answer:
        """Ask; raises what an ``OutcomeUnknown`` is, and ``ServiceUnavailable``."""
        return self._call("GET", target, b"")

    def post(self, target: str, body: Json) -> Answer:
        """Ask for something to be done; raises as ``get`` does."""
        return self._call("POST", target, strict_json.dumps(body))

    def download(self, url: str) -> Response:
        """Fetch a file from an address that an answer gave; the target is signed, by its path."""
        parts = urlsplit(url)
        return self._send("GET", f"{parts.path}?{parts.query}", b"")

    def believe(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check what the platform stamped.

        Raises ``SignatureMissing``, ``TimestampSkew``, ``KeyUnknown``, ``SignatureInvalid``, ….
        """
        stamp = signatures.read_stamp(headers)
        key = self._key(stamp.serial)
        require_fresh(self.clock, partial(signatures.check_stamp, stamp, body, key))

    def _call(self, method: str, target: str, body: bytes) -> Answer:
        response = self._send(method, target, body)
        try:
            self.believe(response.headers, response.body)
        except QrpayError as error:
            raise ResponseSignatureInvalid(f"{error.code}: {error.detail}") from error
        try:
            said = strict_json.load_object(response.body) if response.body else {}
        except QrpayError as error:
            raise AnswerLost(f"{target}: the answer is no JSON") from error
        return Answer(response.status, said)

    def _send(self, method: str, target: str, body: bytes) -> Response:
        account = self.account
        signed = authorization.sign(
            method,
            target,
            body,
            mchid=account.mchid,
            serial_no=account.serial_no,
            key=account.key,
            nonce=self.entropy(_NONCE_BYTES).hex(),
            now=self.clock.now(),
        )
        headers = {
            "Authorization": signed,
            "Wechatpay-Serial": account.public_key_id,
            "Accept": "application/json",
            "User-Agent": "qrpay-till",
        }
        if body:
            headers["Content-Type"] = "application/json"
        return self.transport.request(method, f"{self.base_url}{target}", headers, body)

    def _key(self, serial: str) -> RSAPublicKey:
        if serial == self.account.public_key_id:
            return self.account.platform_key
        with self._lock:
            if serial.upper() not in self._certificates and self._may_ask():
                self._certificates |= self._fetched()
            key = self._certificates.get(serial.upper())
        if key is None:
            raise KeyUnknown(f"the platform has no key {serial[:50]!r}")
        return key

    def _may_ask(self) -> bool:
        """Tell whether to fetch again: anybody can post a notification that names a key."""
        now = self.clock.now()
        may = self._asked_at is None or not 0 <= now - self._asked_at < ASK_AGAIN_MS
        if may:
            self._asked_at = now
        return may

    def _fetched(self) -> dict[str, RSAPublicKey]:
        """Fetch the platform's certificates, sealed with the secret of this account."""
        response = self._send("GET", CERTIFICATES, b"")
        stamp = signatures.read_stamp(response.headers)
        if stamp.serial != self.account.public_key_id:
            raise KeyUnknown("the certificates came without the stamp of the key in the file")
        check = partial(signatures.check_stamp, stamp, response.body, self.account.platform_key)
        require_fresh(self.clock, check)
        listed = strict_json.load_object(response.body).get("data")
        found = [self._unsealed(each) for each in listed] if isinstance(listed, list) else []
        return {each.serial_no: each.public_key for each in found}

    def _unsealed(self, listed: object) -> Certificate:
        sealed = listed.get("encrypt_certificate") if isinstance(listed, dict) else None
        if not isinstance(sealed, dict):
            raise AnswerLost("a certificate in another form")
        return vendor_certificates.read(self.opened(sealed).decode())

    def opened(self, sealed: Mapping[str, object]) -> bytes:
        """Open what the platform sealed for this account; raises ``SealBroken``."""
        return seals.unseal(
            str(sealed.get("ciphertext", "")),
            self.account.apiv3_key,
            nonce=str(sealed.get("nonce", "")),
            data=str(sealed.get("associated_data", "")),
        )
