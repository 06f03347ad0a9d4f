"""Ed25519 verification in plain integers, after RFC 8032, section 5.1, and nothing else.

A second opinion on the signer: affine points, no library, no code shared with this project. Slow
and clear; it sees only public data.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(factor: int, point: Point) -> Point:
    result = (0, 1)
    for bit in f"{factor:b}":
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def decode(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        return None
    return (x, y) if x % 2 == sign else (P - x, y)


BASE = decode(bytes([0x58] + [0x66] * 31))


def holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether S·B = R + SHA-512(R ‖ A ‖ M)·A, with S below the group's size."""
    key, r, s = decode(public_key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if BASE is None or key is None or r is None or s >= L or len(signature) != 64:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    return multiply(s, BASE) == add(r, multiply(int.from_bytes(digest, "little") % L, key))
