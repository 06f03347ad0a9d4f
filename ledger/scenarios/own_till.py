"""A till of the demo drugstore's at the provider's own API: enrolled, and signing each call.

Its key is published, like its token: both open a sandbox only. The same token with the same key is
the same enrolment, so it enrols before its first call, whoever played before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from ledger.kit.entropy import SystemEntropy
from ledger.kit.transport import Response, Transport
from ledger.ops.seed import STORIES_TERMINAL, STORIES_TOKEN
from ledger.protocol import messages, native_api
from ledger.protocol.identifiers import IdSource, RequestId
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.messages import Intent, PaymentRequest, Presented
from ledger.protocol.money import parse_minor
from ledger.protocol.signing import Algorithm, PrivateKey, b64url
from ledger.protocol.signing.http_messages import RequestParts, sign_request
from ledger.scenarios.script import Json

_SEED: Final = hashlib.sha256(STORIES_TOKEN.encode()).digest()
_NONCE_BYTES: Final = 18
_LIVES_MS: Final = 3 * MINUTE
_JSON: Final = {"Content-Type": "application/json"}


class OwnTill:
    """What a story's till says natively."""

    def __init__(self, url: str, transport: Transport) -> None:
        self._url = url
        self._transport = transport
        self._key = PrivateKey.from_seed(Algorithm.ED25519, _SEED)
        self._entropy = SystemEntropy()
        self._ids = IdSource(self._entropy)
        self._is_enrolled = False

    def call(self, method: str, target: str, content: Json, now: Instant) -> Response:
        """Call, and give the answer; raises what the network raises.

        What asks for a payment is sealed first: ``amount_minor``, ``currency``, ``subject``,
        ``merchant_order_no``, perhaps ``intent`` and ``payment_code``.
        """
        if not self._is_enrolled:
            self._enrol()
        is_asking = f"{method} {target}" == f"POST {native_api.CREATE_PAYMENT.path}"
        body = json.dumps(self._sealed(content, now) if is_asking else content).encode()
        headers = {**_JSON, "Idempotency-Key": self._nonce()} if method == "POST" else {}
        parts = RequestParts(method, self._url + target, headers, body if headers else b"")
        signed = sign_request(parts, self._key, now=now, nonce=self._nonce())
        return self._send(parts, {**headers, **signed})

    def _enrol(self) -> None:
        wanted = {
            "token": STORIES_TOKEN,
            "algorithm": self._key.public.algorithm,
            "public_key": b64url(self._key.public.raw),
        }
        path, raw = native_api.ENROL_TERMINAL.path, json.dumps(wanted).encode()
        self._send(RequestParts("POST", self._url + path, _JSON, raw), _JSON)
        self._is_enrolled = True

    def _sealed(self, content: Json, now: Instant) -> Json:
        request = PaymentRequest(
            request_id=RequestId(self._ids.body(now)),
            merchant_id=STORIES_TERMINAL.merchant_id,
            terminal_id=STORIES_TERMINAL.terminal_id,
            merchant_order_no=str(content["merchant_order_no"]),
            amount=parse_minor(content["amount_minor"], str(content["currency"])),
            subject=str(content["subject"]),
            basket_hash="",
            created_at=now,
            expires_at=later(now, _LIVES_MS),
            presented=Presented.CONSUMER,
            intent=Intent(str(content.get("intent", Intent.SALE))),
        )
        signed = messages.seal(request, self._key).to_json()
        return {"request": signed, "payment_code": content["payment_code"]}

    def _nonce(self) -> str:
        return b64url(self._entropy(_NONCE_BYTES))

    def _send(self, parts: RequestParts, headers: Mapping[str, str]) -> Response:
        return self._transport.request(parts.method, parts.target_uri, headers, parts.body)
