"""Key directories for ``qrpay qr verify``: from a file, from the provider, of one key."""

from __future__ import annotations

from pathlib import Path

from ledger.client import SchemeClient
from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.transport import HttpTransport
from ledger.protocol import native_api, signing, strict_json
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.signing import (
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    b64url_decode,
    check_registrable,
    merchant_owner,
)

_ED25519_BYTES = 32
_FOR_EVER = Instant(100_000 * DAY)


def of_file(path: Path) -> KeyDirectory:
    """Read a JSON Web Key Set; raises what ``strict_json`` and ``from_jwks`` raise."""
    return signing.from_jwks(strict_json.load_object(path.read_bytes()))


def of_ledger(url: str) -> KeyDirectory:
    """Fetch the provider's directory; raises ``ServiceUnavailable``, ``AnswerLost``."""
    client = SchemeClient(
        url,
        HttpTransport(),
        key=None,
        ledger_keys=KeyDirectory,
        clock=SystemClock(),
        entropy=SystemEntropy(),
    )
    return signing.from_jwks({"keys": client.ask(native_api.GET_KEYS).keys})


def of_one_key(text: str, merchant_id: str) -> KeyDirectory:
    """Believe one key for ever: base64url of 32 bytes (Ed25519) or 65 bytes (P-256).

    Raises ``SignatureEncoding``, ``KeyFormat``, ``WeakKey``.
    """
    raw = b64url_decode(text)
    algorithm = Algorithm.ED25519 if len(raw) == _ED25519_BYTES else Algorithm.P256
    key = check_registrable(algorithm, raw)
    owner = merchant_owner(merchant_id)
    record = KeyRecord(key.key_id, key, owner, KeyStatus.ACTIVE, Instant(0), _FOR_EVER)
    return KeyDirectory([record])
