"""No change to a signed code goes unseen: each character, each deletion, each data object."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.emvco.tlv import split
from ledger.protocol.errors import QrpayError
from ledger.protocol.merchant_qr import profile_l, profile_s, profile_t, verify
from tests.protocol.merchant_qr.forge import mend, with_crc
from tests.protocol.merchant_qr.world import DIRECTORY, DYNAMIC, KEY, LINK, NOW, STICKER

DYNAMIC_TEXT = profile_s.encode(DYNAMIC, KEY)
STICKER_TEXT = profile_t.encode(STICKER, KEY)
TOKEN = profile_l.encode(LINK, KEY)
CODES = [pytest.param(DYNAMIC_TEXT, id="dynamic"), pytest.param(STICKER_TEXT, id="sticker")]
CRC_LENGTH = 4
CRC_OBJECT_LENGTH = 8
REPLACEMENTS = "019AaZz~ -.*０１é"


def _refused(text: str) -> None:
    with pytest.raises(QrpayError):
        verify(text, DIRECTORY, now=NOW)


def _substitutions(text: str) -> Iterator[str]:
    for position, original in enumerate(text):
        for other in REPLACEMENTS:
            if other != original:
                yield text[:position] + other + text[position + 1 :]


@pytest.mark.parametrize("text", CODES)
def test_the_unchanged_code_is_good(text: str) -> None:
    assert verify(text, DIRECTORY, now=NOW).text == text


@pytest.mark.parametrize("text", CODES)
def test_any_one_character_changed_is_refused(text: str) -> None:
    for altered in _substitutions(text):
        _refused(altered)


@pytest.mark.parametrize("text", CODES)
def test_any_one_character_changed_is_refused_with_a_new_crc_too(text: str) -> None:
    for altered in _substitutions(text[:-CRC_OBJECT_LENGTH]):
        _refused(with_crc(altered))


@pytest.mark.parametrize("text", CODES)
def test_any_one_character_left_out_or_doubled_is_refused_with_a_new_crc_too(text: str) -> None:
    for position in range(len(text) - CRC_OBJECT_LENGTH):
        _refused(mend(text[:position] + text[position + 1 :]))
        _refused(mend(text[: position + 1] + text[position:]))


@pytest.mark.parametrize("text", CODES)
def test_any_data_object_left_out_doubled_or_moved_is_refused_with_a_new_crc(text: str) -> None:
    parts = [text[begin - 4 : begin + len(value)] for _, value, begin in split(text)][:-1]
    for index, part in enumerate(parts):
        rest = parts[:index] + parts[index + 1 :]
        _refused(with_crc("".join(rest)))
        _refused(with_crc("".join([*parts, part])))
        for place in range(len(parts)):
            if place != index:
                _refused(with_crc("".join([*rest[:place], part, *rest[place:]])))


def test_any_one_character_of_a_link_changed_is_refused() -> None:
    for altered in _substitutions(TOKEN):
        _refused(altered)
        _refused(f"https://wallet.example/p#{altered}")


def test_every_shorter_piece_of_a_code_is_refused() -> None:
    for text in (DYNAMIC_TEXT, STICKER_TEXT, TOKEN):
        for length in range(len(text)):
            _refused(text[:length])


@given(st.text(max_size=200))
def test_whatever_text_comes_it_is_refused_by_name(text: str) -> None:
    for attempt in (text, with_crc(text.encode("utf-8", "ignore").decode()), f"https://{text}"):
        _refused(attempt)


cuts = st.integers(0, len(DYNAMIC_TEXT) - CRC_OBJECT_LENGTH)


@given(cuts, cuts, st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_any_part_replaced_by_another_is_refused_with_a_new_crc(
    start: int, end: int, put_in: str
) -> None:
    body = DYNAMIC_TEXT[:-CRC_OBJECT_LENGTH]
    altered = body[:start] + put_in + body[max(start, end) :]
    if altered != body:
        _refused(with_crc(altered))
