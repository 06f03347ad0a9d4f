"""One client's line to Antom: JSON goes out signed, and comes back signed, refusals too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from ledger.kit.clock import Clock, require_fresh
from ledger.kit.transport import Transport
from ledger.protocol import rsa, strict_json
from ledger.protocol.antom_wire import signatures, values
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import NotificationNotOurs
from ledger.protocol.errors.trust import AnswerLost, ResponseSignatureInvalid, TimestampSkew
from ledger.protocol.instants import MINUTE, Instant
from pos.acquirers.vendor import read_file

BASE: Final = "/ams/api/v1/payments/"
SANDBOX: Final = "SANDBOX_"
MOST_SKEW_MS: Final = 5 * MINUTE

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Account:
    """What a shop was given: its client id and key, and Antom's key."""

    client_id: str
    key: RSAPrivateKey
    platform_key: RSAPublicKey


def read(folder: Path) -> Account:
    """Read the files in a folder; raises ``KeyFormat`` or ``WeakKey``."""
    return Account(
        client_id=read_file(folder, "client-id.txt").strip(),
        key=rsa.private_key(read_file(folder, "merchant-private-key-pkcs8.pem")),
        platform_key=rsa.public_key(read_file(folder, "antom-public-key.pem")),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A believed answer: ``status`` is S, F or U, ``code`` names what came of the call."""

    status: str
    code: str
    body: Json

    def text(self, name: str) -> str:
        """Give a field, empty if there is none."""
        return str(self.body.get(name, ""))


@dataclass(frozen=True)
class AntomClient:
    """Calls the in-store API for one client id; safe to share between threads."""

    base_url: str
    transport: Transport
    account: Account
    clock: Clock

    def call(self, name: str, body: Json) -> Answer:
        """Make a call; raises what an ``OutcomeUnknown`` is, and ``ServiceUnavailable``."""
        client_id = self.account.client_id
        path = BASE + name
        if client_id.startswith(SANDBOX):
            path = path.replace("/api/", "/sandbox/api/", 1)
        raw, time = strict_json.dumps(dict(body)), values.time_text(self.clock.now())
        headers = {
            "client-id": client_id,
            "request-time": time,
            "signature": signatures.header(
                self.account.key, signatures.content(path, client_id, time, raw)
            ),
            "content-type": "application/json; charset=UTF-8",
        }
        response = self.transport.request("POST", f"{self.base_url}{path}", headers, raw)
        try:
            self._check(path, response.headers, "response-time", response.body)
        except QrpayError as error:
            raise ResponseSignatureInvalid(f"{error.code}: {error.detail}") from error
        return answer_in(response.body)

    def believe(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        """Check a notification.

        Raises ``NotificationNotOurs``, ``TimestampSkew``, ``SignatureMissing``,
        ``SignatureInvalid``, ….
        """
        if headers.get("client-id") != self.account.client_id:
            raise NotificationNotOurs(f"it is for {headers.get('client-id', '')[:40]!r}")
        self._check(path, headers, "request-time", body)

    def _check(self, path: str, headers: Mapping[str, str], stamp: str, body: bytes) -> None:
        signature = signatures.parse(headers.get("signature", ""))
        time = headers.get(stamp, "")
        require_fresh(self.clock, partial(_near, values.time_of(time)))
        signed = signatures.content(path, self.account.client_id, time, body)
        signatures.verify(self.account.platform_key, signed, signature)


def _near(stamp: Instant, now: Instant) -> None:
    if abs(now - stamp) > MOST_SKEW_MS:
        raise TimestampSkew(f"stamped at {values.time_text(stamp)}")


def answer_in(raw: bytes) -> Answer:
    """Read a body with a result; raises ``AnswerLost``."""
    try:
        body = strict_json.load_object(raw)
    except QrpayError as error:
        raise AnswerLost("the signed body is no JSON") from error
    result = body.get("result")
    if not isinstance(result, dict):
        raise AnswerLost("there is no result")
    return Answer(str(result.get("resultStatus", "")), str(result.get("resultCode", "")), body)
