"""Identifiers sort by time and show their kind; instants have one spelling; text hides nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol import identifiers, instants
from ledger.protocol.errors.content import IdentifierFormat, MessageFormat, TextCharacter
from ledger.protocol.identifiers import IdSource, Kind
from ledger.protocol.instants import Instant

NOW = Instant(1795300180123)


def test_identifiers_of_one_source_are_unique_and_sorted_even_when_randomness_repeats() -> None:
    source = IdSource(lambda count: b"\xff" * count)
    made = [source.new(Kind.PAYMENT, NOW) for _ in range(1000)]
    assert made == sorted(set(made))


@pytest.mark.parametrize("random", [b"\x00", b"\x5a", b"\xff"])
def test_identifiers_made_together_stand_between_those_made_before_and_after(random: bytes) -> None:
    source = IdSource(lambda count: random * count)
    before = source.new(Kind.ENTRY, NOW)
    together = source.several(Kind.ENTRY, NOW, 1500)
    made = [before, *together, source.new(Kind.ENTRY, NOW)]
    assert len(together) == 1500
    assert made == sorted(set(made))


@given(st.binary(min_size=identifiers.BODY_BYTES, max_size=identifiers.BODY_BYTES))
def test_fifteen_bytes_and_twenty_four_characters_are_the_same_identifier(raw: bytes) -> None:
    assert identifiers.to_bytes(identifiers.from_bytes(raw)) == raw


@given(st.binary(min_size=identifiers.BODY_BYTES, max_size=identifiers.BODY_BYTES))
def test_each_character_is_the_next_five_bits(raw: bytes) -> None:
    bits = "".join(f"{byte:08b}" for byte in raw)
    fives = [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]
    assert identifiers.from_bytes(raw) == "".join(identifiers.ALPHABET[five] for five in fives)


def test_a_later_identifier_sorts_after_an_earlier_one() -> None:
    first = IdSource(lambda count: b"\xff" * count).body(NOW)
    second = IdSource(bytes).body(Instant(NOW + 1))
    assert first < second


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pay_",
        "pay_01KAK9Q3ZV7T2M5X8B4C6D0",
        "pay_01KAK9Q3ZV7T2M5X8B4C6D0EE",
        "rfd_01KAK9Q3ZV7T2M5X8B4C6D0E",
        "pay-01KAK9Q3ZV7T2M5X8B4C6D0E",
        "pay_01KAK9Q3ZV7T2M5X8B4C6D0I",
        "pay_01kak9q3zv7t2m5x8b4c6d0e",
        "pay_01KAK9Q3ZV7T2M5X8B4C6D0E\n",
        "pay_０1KAK9Q3ZV7T2M5X8B4C6D0E",
    ],
)
def test_anything_but_a_payment_identifier_is_refused_as_one(text: str) -> None:
    with pytest.raises(IdentifierFormat):
        identifiers.check(Kind.PAYMENT, text)


def test_a_payment_is_named_by_the_tills_request_id() -> None:
    body = "01KAK9Q3ZV7T2M5X8B4C6D0E"
    assert identifiers.body_of(identifiers.payment_id_of(body)) == body


@pytest.mark.parametrize("text", ["", "x" * 33, "a b", "a/b", "größe", "a\n", "１"])
def test_a_merchants_number_has_a_narrow_alphabet(text: str) -> None:
    with pytest.raises(IdentifierFormat):
        identifiers.check_merchant_order_no(text)


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\nb", "\u202eevil", "zero\u200bwidth", "e\u0301", "\ue000", "x" * 41, "\u2028"],
)
def test_text_that_hides_something_is_refused(text: str) -> None:
    with pytest.raises(TextCharacter):
        identifiers.check_text(text, 40)


@pytest.mark.parametrize("text", ["", "85度C", "KFC肯德基", "Müsli & Öl", "<script>", "{{7*7}}"])
def test_text_of_any_script_is_kept_as_it_is(text: str) -> None:
    assert identifiers.check_text(text, 40) == text


def test_of_ascii_exactly_what_can_be_printed_is_text() -> None:
    def is_kept(character: str) -> bool:
        try:
            return identifiers.check_text(f"a{character}b", 40) == f"a{character}b"
        except TextCharacter:
            return False

    assert [chr(code) for code in range(128) if is_kept(chr(code))] == list(
        map(chr, range(32, 127))
    )


@given(st.integers(0, 253402300799999).map(Instant))
def test_each_instant_has_one_spelling(instant: Instant) -> None:
    text = instants.to_text(instant)
    assert instants.from_text(text) == instant
    moment = datetime.fromtimestamp(instant // 1000, UTC)
    assert text == f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T22:29:40Z",
        "2026-11-21T22:29:40.123",
        "2026-11-21T22:29:40.123+00:00",
        "2026-11-21 22:29:40.123Z",
        "2026-02-30T00:00:00.000Z",
        "2026-11-21T24:29:40.123Z",
        "２026-11-21T22:29:40.123Z",
        "",
    ],
)
def test_other_spellings_of_time_are_refused(text: str) -> None:
    with pytest.raises(MessageFormat):
        instants.from_text(text)


def test_seconds_are_rounded_down_and_come_back_as_their_first_millisecond() -> None:
    assert instants.to_seconds(NOW) == 1795300180
    assert instants.from_seconds(1795300180) == 1795300180000
    assert instants.later(NOW, -instants.SECOND) == NOW - 1000
