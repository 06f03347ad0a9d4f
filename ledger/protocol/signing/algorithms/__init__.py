"""The two signature algorithms: what it takes to sign, and the one rule for what holds.

A module an algorithm, ``ed25519`` and ``p256``, each with the same two functions: ``signer`` makes
out of a seed what signs, ``verifier`` out of a public key what checks. Loading is done once a key.

Libraries differ at the edges, and two services that disagree about a signature disagree about who
paid. So the edges are settled here:

* Ed25519: S < L; R is compared byte by byte with the recomputed point (no cofactor), so it must be
  canonical; the key must be canonical; neither R nor the key is one of the 14 encodings of points
  of small order.
* P-256: 1 <= r < n and 1 <= s <= n/2. The other half would verify as well (n - s is a second
  signature that anybody can make of the first), so signers take the lower one and verifiers refuse
  the higher.

Signing uses no randomness: Ed25519 by design, P-256 by RFC 6979. The same key and message always
give the same signature, and a bad random number can't give a key away.

Ed25519 is computed by one of two libraries: ``openssl`` is always there, ``sodium`` is faster.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.protocol.records import record

Sign = Callable[[bytes], bytes]
"""Takes a message, gives the 64 bytes of its signature."""

Verify = Callable[[bytes, bytes], None]
"""Takes a signature of 64 bytes and a message; one that does not hold: ``SignatureInvalid``."""

Equation = Callable[[bytes, bytes], bool]
"""Takes a signature of 64 bytes and a message; tells whether the algorithm's equation holds."""


@record(frozen=True, slots=True)
class Library:
    """A library that computes Ed25519, and its version.

    ``signer`` loads a seed: the public key, and what signs. ``equation`` loads a public key. Both
    take and give 32 bytes.
    """

    name: str
    signer: Callable[[bytes], tuple[bytes, Sign]]
    equation: Callable[[bytes], Equation]
