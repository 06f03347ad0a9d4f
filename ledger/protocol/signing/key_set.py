"""The key directory as a JSON Web Key Set (RFC 7517), as the provider publishes it.

An Ed25519 key is ``{"kty": "OKP", "crv": "Ed25519", "x": …}`` (RFC 8037), a P-256 key
``{"kty": "EC", "crv": "P-256", "x": …, "y": …}`` (RFC 7518, section 6.2). RFC 7517 lets a scheme
add members; ours are ``owner``, ``status``, ``not_before`` and ``not_after``. As it demands,
members not known are ignored, and so are keys of types not known: the provider can add either one
day without breaking a till.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.protocol import instants
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.signing.directory import KeyDirectory, KeyRecord, KeyStatus
from ledger.protocol.signing.encoding import b64url, b64url_decode
from ledger.protocol.signing.keys import Algorithm, PublicKey

_COORDINATE_BYTES = 32
_TYPES = {("OKP", "Ed25519"): Algorithm.ED25519, ("EC", "P-256"): Algorithm.P256}


def to_jwks(records: Iterable[KeyRecord]) -> dict[str, object]:
    """Spell rows of the directory as a key set."""
    return {"keys": [_to_jwk(record) for record in records]}


def _to_jwk(record: KeyRecord) -> dict[str, object]:
    return {
        **_coordinates(record.public_key),
        "kid": record.key_id,
        "use": "sig",
        "owner": record.owner,
        "status": record.status.value,
        "not_before": instants.to_text(record.not_before),
        "not_after": instants.to_text(record.not_after),
    }


def _coordinates(key: PublicKey) -> dict[str, object]:
    if key.algorithm is Algorithm.ED25519:
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url(key.raw)}
    x, y = key.raw[1 : 1 + _COORDINATE_BYTES], key.raw[1 + _COORDINATE_BYTES :]
    return {"kty": "EC", "crv": "P-256", "x": b64url(x), "y": b64url(y)}


def from_jwks(key_set: object) -> KeyDirectory:
    """Read a key set.

    Raises ``FieldMissing`` or ``FieldFormat`` for a member that is absent or wrong, ``KidFormat``,
    ``MessageFormat`` for a time, ``SignatureEncoding`` for a coordinate and ``WeakKey`` for a point
    off its curve.
    """
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list):
        raise FieldFormat("a key set is an object with an array of keys")
    return KeyDirectory(_from_jwk(jwk) for jwk in keys if _algorithm(jwk))


def _algorithm(jwk: object) -> Algorithm | None:
    if not isinstance(jwk, dict):
        raise FieldFormat("a key is an object")
    return _TYPES.get((_text(jwk, "kty"), _text(jwk, "crv") if "crv" in jwk else ""))


def _from_jwk(jwk: dict[str, object]) -> KeyRecord:
    x = b64url_decode(_text(jwk, "x"), _COORDINATE_BYTES)
    if _algorithm(jwk) is Algorithm.ED25519:
        public_key = PublicKey(Algorithm.ED25519, x)
    else:
        y = b64url_decode(_text(jwk, "y"), _COORDINATE_BYTES)
        public_key = PublicKey(Algorithm.P256, b"\x04" + x + y)
    status = _text(jwk, "status")
    if status not in set(KeyStatus):
        raise FieldFormat(f"status: {status[:40]!r}")
    return KeyRecord(
        key_id=_text(jwk, "kid"),
        public_key=public_key,
        owner=_text(jwk, "owner"),
        status=KeyStatus(status),
        not_before=instants.from_text(_text(jwk, "not_before")),
        not_after=instants.from_text(_text(jwk, "not_after")),
    )


def _text(jwk: dict[str, object], name: str) -> str:
    value = jwk.get(name)
    if value is None:
        raise FieldMissing(name)
    if not isinstance(value, str):
        raise FieldFormat(f"{name} is text")
    return value
