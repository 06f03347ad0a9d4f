"""Code 128: the bar code in which a till's laser scanner reads a payment code.

Units: a *module* is the width of the narrowest bar. ``encode`` gives the runs of a whole symbol as
widths in modules, bar first, then space, in turn; the quiet zones are not part of it.

Source: ISO/IEC 15417:2007, section 4 (character encodation, table 1) and 4.3.4 (check character).
A symbol is: start, data characters, check character, stop. Each character has three bars and three
spaces over 11 modules, the stop one bar more over 13. Set C says two digits with one character, so
18 digits take 9 of them: (1 + 9 + 1) x 11 + 13 = 134 modules, which stays readable on a telephone's
screen; set B would take 233.

    >>> widths = encode("281234567890123456")
    >>> sum(widths), len(widths)
    (134, 73)
    >>> encode("Zürich")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.TextCharacter: set B holds printable ASCII only
"""

from __future__ import annotations

from ledger.protocol.errors.content import FieldFormat, TextCharacter

QUIET_ZONE_MODULES = 10
"""On each side, at least (ISO/IEC 15417, 4.5)."""

_TABLE_1 = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213
221312 231212 112232 122132 122231 113222 123122 123221 223211 221132
221231 213212 223112 312131 311222 321122 321221 312212 322112 322211
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313
231113 231311 112133 112331 132131 113123 113321 133121 313121 211331
231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141
114131 311141 411131 211412 211214 211232 2331112
"""
_WIDTHS = _TABLE_1.split()
"""ISO/IEC 15417, table 1: the widths of each symbol character, by its value 0 to 106."""

_START_B, _START_C, _STOP = 104, 105, 106
_CHECK_MODULUS = 103


def encode(text: str) -> list[int]:
    """Give the widths of bars and spaces, in modules, of ``text`` as one Code 128 symbol.

    An even number of digits is written in set C, anything else in set B. Raises ``FieldFormat`` for
    an empty text and ``TextCharacter`` for one that is not printable ASCII.
    """
    if not text:
        raise FieldFormat("a bar code can't be empty")
    values = _set_c(text) if _is_digit_pairs(text) else _set_b(text)
    values += [_check_character(values), _STOP]
    return [int(width) for value in values for width in _WIDTHS[value]]


def _is_digit_pairs(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) % 2 == 0


def _set_c(digits: str) -> list[int]:
    pairs = (digits[at : at + 2] for at in range(0, len(digits), 2))
    return [_START_C, *(int(pair) for pair in pairs)]


def _set_b(text: str) -> list[int]:
    if not (text.isascii() and text.isprintable()):
        raise TextCharacter("set B holds printable ASCII only")
    return [_START_B, *(ord(character) - ord(" ") for character in text)]


def _check_character(values: list[int]) -> int:
    start, *data = values
    weighted = sum(place * value for place, value in enumerate(data, start=1))
    return (start + weighted) % _CHECK_MODULUS
