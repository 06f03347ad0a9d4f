"""Merchant-presented codes: what is written reads back, and no damage passes unseen."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.protocol.emvco import merchant_presented, rules
from ledger.protocol.emvco.crc import crc
from ledger.protocol.emvco.explain import explain
from ledger.protocol.emvco.fields import TEMPLATES, field_at
from ledger.protocol.emvco.merchant_presented import assemble, compose, decode, encode
from ledger.protocol.emvco.tlv import LONGEST_VALUE
from ledger.protocol.errors.codes import QrDuplicateTag, QrError, QrField, QrSyntax, QrTagOrder
from tests.protocol import code_vectors
from tests.protocol.code_vectors import CodeVector

VECTORS = code_vectors.load("emvco_merchant_presented").vectors
VALID = [vector for vector in VECTORS if vector.result == "valid"]
CLEAN = [vector for vector in VALID if not vector.broken_rules]
OFFICIAL = VECTORS[0].input


def _id(vector: CodeVector) -> str:
    return vector.id


@pytest.mark.parametrize("vector", VECTORS, ids=_id)
def test_a_reader_answers_what_the_vector_publishes(vector: CodeVector) -> None:
    assert code_vectors.outcome(decode, vector.input) == vector.result
    if vector.result == "valid":
        code = decode(vector.input)
        broken = [f"{rule.path} {rule.section}" for rule in rules.validate(code)]
        assert broken == vector.broken_rules
        assert code.text == vector.input


@pytest.mark.parametrize("vector", [v for v in VALID if v.values], ids=_id)
def test_a_reader_reads_the_values_the_vector_publishes(vector: CodeVector) -> None:
    assert decode(vector.input).values() == vector.values


@pytest.mark.parametrize("vector", VALID, ids=_id)
def test_writing_what_was_read_gives_the_same_text(vector: CodeVector) -> None:
    assert assemble(decode(vector.input).values()) == vector.input


RESERVED = {"field-additional-data-reserved", "field-root-reserved"}


@pytest.mark.parametrize("vector", [v for v in CLEAN if v.id not in RESERVED], ids=_id)
def test_every_clean_code_can_be_written(vector: CodeVector) -> None:
    assert encode(decode(vector.input).values()) == vector.input


@pytest.mark.parametrize("vector", [v for v in VALID if v.broken_rules], ids=_id)
def test_no_code_that_breaks_a_rule_can_be_written(vector: CodeVector) -> None:
    with pytest.raises(QrField):
        encode(decode(vector.input).values())


@pytest.mark.parametrize("path", ["06", "17", "65", "79", "62.10", "62.49", "62.00", "64.03"])
def test_what_emvco_reserves_is_read_but_never_written(path: str) -> None:
    values = decode(OFFICIAL).values() | {path: "x"}
    assert rules.validate(decode(assemble(values))) == []
    with pytest.raises(QrField, match=f"{path} is reserved"):
        encode(values)


def test_the_format_indicator_must_be_the_first_value_written() -> None:
    values = decode(OFFICIAL).values()
    with pytest.raises(QrTagOrder):
        encode({"01": values.pop("01"), **values})


@pytest.mark.parametrize("value", ["", "x" * 100])
def test_a_value_of_no_or_of_100_characters_can_not_be_written(value: str) -> None:
    with pytest.raises(QrField):
        assemble({"00": "01", "61": value})


def test_half_a_surrogate_pair_can_neither_be_read_nor_written() -> None:
    with pytest.raises(QrSyntax):
        decode(OFFICIAL.replace("佳", "\ud83d"))
    with pytest.raises(QrSyntax):
        assemble({"00": "01", "59": "\ud83d"})


def test_an_absent_path_is_told_as_none_or_raises() -> None:
    code = decode(OFFICIAL)
    assert (code.get("54"), code.get("61"), code.get("54.01")) == ("23.72", None, None)
    with pytest.raises(QrField, match="61 is missing"):
        code.value("61")


def test_the_text_before_a_data_object_ends_where_its_id_begins() -> None:
    code = decode(OFFICIAL)
    befores = [code.before(identifier) for identifier in code.ids()]
    assert befores[0] == ""
    for identifier, before in zip(code.ids(), befores, strict=True):
        size = f"{len(code.value(identifier)):02d}"
        assert OFFICIAL.startswith(before + identifier + size + code.value(identifier))
    with pytest.raises(QrField, match="99 is missing"):
        code.before("99")


common_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25)
amounts = st.from_regex(r"[1-9][0-9]{0,6}(\.[0-9]{0,2})?", fullmatch=True)
clean_values = st.fixed_dictionaries(
    {
        "26.00": st.just("test.qrpay"),
        "26.01": common_text,
        "52": st.from_regex(r"[0-9]{4}", fullmatch=True),
        "53": st.just("978"),
        "58": st.from_regex(r"[A-Z]{2}", fullmatch=True),
        "59": common_text,
        "60": common_text.map(lambda text: text[:15]),
    },
    optional={
        "01": st.sampled_from(["11", "12"]),
        "54": amounts,
        "62.05": common_text,
        "62.07": common_text,
    },
)
own_templates = st.fixed_dictionaries({"80.00": st.just("a.example"), "80.01": common_text})


@given(clean_values, own_templates | st.just({}))
def test_whatever_clean_code_is_written_reads_back(
    standard: dict[str, str], own: dict[str, str]
) -> None:
    values = {"00": "01"} | standard | own
    assert decode(encode(values)).values() == values


ids = st.integers(0, 99).map(lambda number: f"{number:02d}")
paths = ids | st.builds("{}.{}".format, st.sampled_from(["26", "62", "64", "80"]), ids)
deep_paths = st.builds("62.50.{}".format, ids)
whatever = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(st.dictionaries(paths | deep_paths, whatever, max_size=12))
def test_what_is_put_together_is_known_as_a_reader_finds_it(values: dict[str, str]) -> None:
    own = {path: value for path, value in values.items() if path not in TEMPLATES}
    try:
        written = compose({"00": "01"} | own)
        found = decode(written.text)
    except QrError:
        return
    assert found == written
    assert list(found.by_path) == list(written.by_path)


@given(paths.filter(lambda path: path not in {"00", "63"}), whatever)
def test_what_matches_a_fields_plain_pattern_breaks_no_rule_of_its_format(
    path: str, value: str
) -> None:
    if field_at(path).plain.fullmatch(value):
        assert list(rules._format(path, value)) == []


LENGTHS = [
    ("01", 2, 2, "1"),
    ("02", 1, 99, "x"),
    ("25", 1, 99, "x"),
    ("52", 4, 4, "1"),
    ("53", 3, 3, "9"),
    ("54", 1, 13, "1"),
    ("58", 2, 2, "A"),
    ("59", 1, 25, "x"),
    ("60", 1, 15, "x"),
    ("61", 1, 10, "x"),
    *((f"62.0{number}", 1, 25, "x") for number in range(1, 9)),
    ("64.01", 1, 25, "京"),
    ("64.02", 1, 15, "京"),
    ("65", 1, 99, "x"),
]
"""Lengths in characters as MPM tables 3.6 to 3.8 give them."""


@pytest.mark.parametrize(("path", "least", "most", "filling"), LENGTHS)
def test_each_field_has_the_length_that_the_tables_give_it(
    path: str, least: int, most: int, filling: str
) -> None:
    others = {"00": "01", "64.00": "zh", "64.01": "x"}

    def breaks(length: int) -> bool:
        code = decode(assemble(others | {path: filling * length}))
        return any(
            rule.path == path and "characters" in rule.sentence for rule in rules.validate(code)
        )

    lengths = range(1, min(most + 1, LONGEST_VALUE) + 1)
    assert [length for length in lengths if not breaks(length)] == list(range(least, most + 1))


EVERY_CHARACTER = string.printable + "０８é京"


def test_no_single_character_of_a_code_can_be_changed_unseen() -> None:
    for text in (OFFICIAL, VECTORS[1].input):
        for position, original in enumerate(text):
            for other in EVERY_CHARACTER:
                if other != original:
                    with pytest.raises(QrError):
                        decode(text[:position] + other + text[position + 1 :])


def test_no_two_neighbours_of_a_code_can_be_swapped_unseen() -> None:
    for position in range(len(OFFICIAL) - 1):
        one, other = OFFICIAL[position], OFFICIAL[position + 1]
        if one != other and one.isascii() and other.isascii():
            with pytest.raises(QrError):
                decode(OFFICIAL[:position] + other + one + OFFICIAL[position + 2 :])


def _ending_with_its_crc(text: str) -> str:
    return f"{text}6304{crc(f'{text}6304'.encode(errors='replace'))}"


anything = st.text(max_size=80)
looks_like_a_code = st.lists(
    st.builds(
        lambda head, value: f"{head:02d}{len(value):02d}{value}", st.integers(0, 99), anything
    )
).map(lambda objects: _ending_with_its_crc("000201" + "".join(objects)))
cut_and_mended = st.builds(
    lambda at, upto, text: _ending_with_its_crc(OFFICIAL[:at] + text + OFFICIAL[at + upto : -8]),
    st.integers(0, 240),
    st.integers(0, 20),
    anything,
)


@given(anything | looks_like_a_code | cut_and_mended)
@example("00")
@example("0002016304")
@example("\ud800")
def test_whatever_text_comes_it_is_read_or_refused_by_name(text: str) -> None:
    for reader in (merchant_presented.decode, explain):
        try:
            reader(text)
        except QrError:
            continue


def test_a_code_broken_in_two_ways_reports_the_earlier_rule() -> None:
    twice = [vector for vector in VECTORS if vector.id.startswith("twice-broken")]
    assert [vector.result for vector in twice] == [
        "QR_TOO_LONG",
        "QR_DUPLICATE_TAG",
        "QR_TAG_ORDER",
    ]


def test_a_duplicate_is_refused_at_every_depth_of_templates() -> None:
    account = "00" + "10" + "test.qrpay" + "01" + "02" + "AA"
    for inner in (account + "0102BB", account + "0102AA"):
        text = _ending_with_its_crc(f"000201{26}{len(inner):02d}{inner}")
        with pytest.raises(QrDuplicateTag, match="template 26"):
            decode(text)
