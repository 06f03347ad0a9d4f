"""The curve behind Ed25519, as far as judging a public key needs it (RFC 8032, section 5.1).

Points (x, y) with -x² + y² = 1 + d·x²·y² modulo p = 2²⁵⁵ - 19. There are 8·L of them, L a prime.
Signing happens in the subgroup of L points; the other factor, 8, is where weak keys come from: the
eight points whose multiples run in a circle of length 8, 4, 2 or 1 (*small order*), and sums of one
of them and a good point (*mixed order*). RFC 8032 does not refuse them, and neither does
OpenSSL.

Points are in extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z, which makes adding
free of divisions. Nothing here is secret, so nothing here is constant-time: it must never see a
private key. A check takes a few milliseconds, once in a key's life.

    >>> is_in_prime_order_subgroup(decode(bytes.fromhex("58" + "66" * 31)))
    True
    >>> is_in_prime_order_subgroup(decode(bytes(32)))
    False
"""

from __future__ import annotations

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]

_IDENTITY: Point = (0, 1, 1, 0)


class NotCanonical(ValueError):
    """The 32 bytes are not the one encoding of their point."""


class NotOnCurve(ValueError):
    """The 32 bytes name no point of the curve."""


def decode(raw: bytes) -> Point:
    """Read 32 bytes: y, and the lowest bit of x (RFC 8032, section 5.1.3).

    Raises ``NotCanonical`` or ``NotOnCurve``.
    """
    encoded = int.from_bytes(raw, "little")
    y, sign = encoded & (2**255 - 1), encoded >> 255
    if y >= P:
        raise NotCanonical("y is not reduced modulo p")
    x = _recover_x(y)
    if x == 0 and sign:
        raise NotCanonical("x is 0 and its sign bit is set")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _recover_x(y: int) -> int:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * _SQRT_MINUS_1 % P
    if root * root % P != square:
        raise NotOnCurve("no point of the curve has this y")
    return root


def _add(one: Point, other: Point) -> Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * _D * t1 * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(factor: int, point: Point) -> Point:
    product = _IDENTITY
    while factor:
        if factor & 1:
            product = _add(product, point)
        point = _add(point, point)
        factor >>= 1
    return product


def is_in_prime_order_subgroup(point: Point) -> bool:
    """Tell whether a point is one of those that signing works with: of order L, no other."""
    return not _is_identity(point) and _is_identity(_multiply(L, point))


def _is_identity(point: Point) -> bool:
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


_Y_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7

SMALL_ORDER_ENCODINGS = frozenset(
    (y | sign << 255).to_bytes(32, "little")
    for y in (0, 1, P - 1, _Y_OF_ORDER_8, P - _Y_OF_ORDER_8, P, P + 1)
    for sign in (0, 1)
)
"""The 14 encodings of the eight points of small order: eight canonical ones, six that lenient
decoders also take (y not reduced, or a sign bit for x = 0)."""
