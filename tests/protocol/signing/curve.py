"""Ed25519 by the book, on the arithmetic of ``edwards``: to make odd signatures, and to judge them.

Slow, and not constant-time, which is all right for keys whose seeds stand in tests.
"""

from __future__ import annotations

import hashlib
from itertools import count

from ledger.protocol.signing import edwards
from ledger.protocol.signing.edwards import L, P, Point

BASE_POINT = edwards.decode(bytes.fromhex("58" + "66" * 31))


def encode(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def add(one: Point, other: Point) -> Point:
    return edwards._add(one, other)


def times(factor: int, point: Point) -> Point:
    return edwards._multiply(factor, point)


def order_divides(n: int, point: Point) -> bool:
    return edwards._is_identity(times(n, point))


def small_points() -> list[Point]:
    """The eight points of small order, the identity first."""
    canonical: list[Point] = []
    for raw in sorted(edwards.SMALL_ORDER_ENCODINGS):
        try:
            canonical.append(edwards.decode(raw))
        except edwards.NotCanonical:
            continue
    return sorted(canonical, key=lambda point: next(n for n in count(1) if order_divides(n, point)))


def scalar_of(seed: bytes) -> int:
    """The secret scalar of a seed (RFC 8032, section 5.1.5)."""
    low = hashlib.sha512(seed).digest()[:32]
    return int.from_bytes(low, "little") & (2**254 - 8) | 2**254


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule, word for word; h is reduced modulo L before it multiplies the key."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if {r, key} & edwards.SMALL_ORDER_ENCODINGS or s >= L:
        return False
    try:
        point = edwards.decode(key)
    except (edwards.NotCanonical, edwards.NotOnCurve):
        return False
    x, y, z, t = times(challenge(r, key, message), point)
    return encode(add(times(s, BASE_POINT), (-x, y, z, -t))) == r
