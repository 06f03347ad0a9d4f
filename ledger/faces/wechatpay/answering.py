"""Signed answers: compact JSON, signed over the very bytes that are sent, also when there are none.

Merchants that hand their framework's parsed object to an SDK verify a re-spelled body, so answers
are spelled as JavaScript would spell them: no blanks, no escapes. ``Request-ID`` ends in the number
the vendor's support asks for; ``0`` is success.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from ledger.core.vendors.wechatpay import Choice, PlatformKey
from ledger.kit.entropy import Entropy
from ledger.kit.web import Answer, asked, request_log
from ledger.protocol import strict_json
from ledger.protocol.instants import Instant, to_seconds
from ledger.protocol.wechatpay_wire import signatures
from ledger.protocol.wechatpay_wire.authorization import SCHEME
from ledger.protocol.wechatpay_wire.signed_texts import answer_text

LOGGER = logging.getLogger("qrpay.request.wechatpay")
"""Below the log of requests, so that a service writes both."""

CONTENT_TYPE = "application/json; charset=utf-8"
NONCE_BYTES = 16
REQUEST_ID_BYTES = 21
ANSWER_HEADERS = (
    "Request-ID",
    "Wechatpay-Nonce",
    "Wechatpay-Serial",
    "Wechatpay-Signature",
    "Wechatpay-Signature-Type",
    "Wechatpay-Timestamp",
)
"""The header names as the platform spells them, which the SDK for Java takes by the letter."""


@dataclass(frozen=True)
class Outcome:
    """What a call comes to, before it is signed: no body with status 204."""

    status: int
    body: dict[str, object] | None
    number: int = 0
    is_probe: bool = False


@dataclass(frozen=True)
class Signing:
    """Who signs an answer: the key with the reason for it, the time outside, and randomness."""

    choice: Choice
    stamped_at: Instant
    entropy: Entropy = field(repr=False)


def spell(body: dict[str, object] | None) -> bytes:
    """Spell a body; nothing is no bytes."""
    return b"" if body is None else strict_json.dumps(body)


def signature_headers(
    key: PlatformKey, body: bytes, *, stamped_at: Instant, entropy: Entropy, is_probe: bool = False
) -> dict[str, str]:
    """Sign a body; the five headers that carry it. A probe's signature can't hold."""
    timestamp, nonce = str(to_seconds(stamped_at)), entropy(NONCE_BYTES).hex()
    signature = signatures.sign(key.private_key, answer_text(timestamp, nonce, body))
    return {
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": signatures.probe(signature) if is_probe else signature,
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Serial": key.name,
        "Wechatpay-Signature-Type": SCHEME,
    }


def respond(outcome: Outcome, signing: Signing) -> Answer:
    """Make the answer."""
    body = spell(outcome.body)
    drawn = signing.entropy(REQUEST_ID_BYTES).hex().upper()
    key = signing.choice.key
    headers = {
        "Cache-Control": "no-cache, must-revalidate",
        "Content-Language": "zh-CN",
        "Request-ID": f"08{drawn}-{outcome.number}",
        **signature_headers(
            key,
            body,
            stamped_at=signing.stamped_at,
            entropy=signing.entropy,
            is_probe=outcome.is_probe,
        ),
    }
    if LOGGER.isEnabledFor(logging.INFO):
        _log(asked().request_id, signing.choice)
    has_body = outcome.status != HTTPStatus.NO_CONTENT
    return Answer(body, outcome.status, CONTENT_TYPE if has_body else "", headers)


def _log(request_id: str, choice: Choice) -> None:
    said: dict[str, object] = {
        "request_id": request_id,
        "signed_by": choice.key.name,
        "because": choice.why,
    }
    request_log.write_beside(LOGGER, spell(said).decode())
