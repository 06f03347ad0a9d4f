"""Calls with something odd in them, the same ones for the same seed, for every vendor's face.

``mutated`` changes members of a JSON body, ``broken`` bytes of any document.
"""

from __future__ import annotations

import copy
import json
import random

Json = dict[str, object]

NESTED: Json = {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}
ODD: tuple[object, ...] = (
    *(None, True, 0, -1, 1, 10**11, 10**19, 10**40, 1.5, 1e308, float("nan")),
    *("", " ", "0", "-1", "1e3", "EUR", "CNY", "\x00", "\ud83d", "𝟏𝟐", "x" * 70, "ä" * 300),
    *("\u202eevil", "<![CDATA[", "]]>", "&lol;", "'; DROP TABLE payment; --", "../../etc/passwd"),
    *([], {}, [[]], NESTED),
    *("2026-02-30T00:00:00+00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00"),
    *("20260230000000", "http://[::1", "http://127.0.0.1/?q", "13" + "9" * 16, "28" + "9" * 16),
)
TEXTS: tuple[str, ...] = tuple(odd for odd in ODD if isinstance(odd, str) and odd.isprintable())


def places(body: Json, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every place in a body, as the names that lead there."""
    found = []
    for name, value in body.items():
        found.append((*path, name))
        if isinstance(value, dict):
            found += places(value, (*path, name))
    return found


def mutated(body: Json, draw: random.Random) -> bytes:
    """A body with one to three members changed, dropped or added, and now and then a byte."""
    body = copy.deepcopy(body)
    for _ in range(draw.randint(1, 3)):
        *way, last = draw.choice(places(body) or [("x",)])
        inside: object = body
        for name in way:
            inside = inside.get(name) if isinstance(inside, dict) else None
        if not isinstance(inside, dict):
            continue
        if draw.random() < 0.2:
            inside.pop(last, None)
        else:
            inside[last if draw.random() < 0.9 else "odd"] = copy.deepcopy(draw.choice(ODD))
    raw = json.dumps(body).encode()
    return broken(raw, draw) if draw.random() < 0.1 else raw


def broken(raw: bytes, draw: random.Random) -> bytes:
    """The same bytes but one, or cut off, or twice."""
    at = draw.randrange(len(raw)) if raw else 0
    return draw.choice(
        (raw[:at] + bytes([draw.randrange(256)]) + raw[at + 1 :], raw[:at], raw + raw, b"")
    )
