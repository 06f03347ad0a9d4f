"""Is this public key fit to be registered: can nobody but its holder sign with it.

Whoever registers a key will be held to what it signs, so a key must be one that only its holder can
sign with. For Ed25519 that is not a matter of course. Take as key the point (0, 1), encoded as
``01`` and 31 zero bytes: whatever it is multiplied with, it stays itself, and so one fixed 64 bytes
is a valid signature of *every* message. Its holder can deny any consent, and so can anybody forge
it. Thirteen more encodings are nearly as bad, and signatures by the sum of such a point and a good
one hold or not depending on the library (RFC 8032, section 8.8, allows both ways). Only points of
prime order are let in.

P-256 has prime order, so being on the curve is enough there; a key is an uncompressed point.

    >>> check_registrable(Algorithm.ED25519, bytes([1]) + bytes(31))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.trust.WeakKey: a point of small order: anybody can sign with it
"""

from __future__ import annotations

from ledger.protocol.errors.trust import KeyFormat, WeakKey
from ledger.protocol.signing import edwards
from ledger.protocol.signing.keys import Algorithm, PublicKey


def check_registrable(algorithm: Algorithm, raw: bytes) -> PublicKey:
    """Give the key when only its holder can sign with it.

    Raises ``KeyFormat`` for bytes that are not the canonical encoding of their point and
    ``WeakKey`` for points off the curve, of small order or of mixed order.
    """
    key = PublicKey(algorithm, raw)
    if algorithm is Algorithm.ED25519:
        _check_prime_order(raw)
    return key


def _check_prime_order(raw: bytes) -> None:
    if raw in edwards.SMALL_ORDER_ENCODINGS:
        raise WeakKey("a point of small order: anybody can sign with it")
    try:
        point = edwards.decode(raw)
    except edwards.NotCanonical as error:
        raise KeyFormat(str(error)) from error
    except edwards.NotOnCurve as error:
        raise WeakKey(str(error)) from error
    if not edwards.is_in_prime_order_subgroup(point):
        raise WeakKey("a point of mixed order: verifiers may disagree about its signatures")
