"""Consumer-presented codes: EMVCo's samples to the byte, and everything else refused by name."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.emvco import ber_tlv, consumer_fields
from ledger.protocol.emvco.ber_tlv import BerObject
from ledger.protocol.emvco.consumer_presented import PREFIX, Application, decode, encode
from ledger.protocol.errors.codes import QrError, QrField, QrSyntax
from tests.protocol import code_vectors
from tests.protocol.code_vectors import CodeVector

VECTORS = code_vectors.load("emvco_consumer_presented").vectors
BY_ID = {vector.id: vector for vector in VECTORS}
VALID = [vector for vector in VECTORS if vector.result == "valid"]


def _id(vector: CodeVector) -> str:
    return vector.id


@pytest.mark.parametrize("vector", VECTORS, ids=_id)
def test_a_reader_answers_what_the_vector_publishes(vector: CodeVector) -> None:
    assert code_vectors.outcome(decode, vector.input) == vector.result


@pytest.mark.parametrize("vector", VALID, ids=_id)
def test_a_reader_reads_the_values_and_broken_rules_the_vector_publishes(
    vector: CodeVector,
) -> None:
    code = decode(vector.input)
    read = {path: item.value.hex().upper() for path, _, item in consumer_fields.walk(code)}
    assert vector.values.items() <= read.items()
    broken = [f"{rule.path} {rule.section}" for rule in consumer_fields.validate(code)]
    assert broken == vector.broken_rules


@pytest.mark.parametrize("vector", [v for v in VALID if v.id != "zero-bytes-between"], ids=_id)
def test_writing_what_was_read_gives_the_same_text(vector: CodeVector) -> None:
    assert encode(decode(vector.input).objects[1:]) == vector.input


def test_zero_bytes_between_templates_mean_nothing_and_are_not_written_again() -> None:
    code = decode(BY_ID["zero-bytes-between"].input)
    assert code.applications == decode(BY_ID["plain"].input).applications
    assert len(encode(code.objects[1:])) < len(code.text)


def test_emvcos_first_sample_is_made_from_its_parts() -> None:
    application = ber_tlv.spell(
        [
            BerObject("4F", bytes.fromhex("A0000000555555")),
            BerObject("57", bytes.fromhex("1234567890123458D191220112345F")),
        ]
    )
    assert encode([BerObject("61", application)]) == BY_ID["official-b1"].input


def test_the_sandbox_code_is_made_from_its_parts_and_carries_the_payment_code() -> None:
    opaque = ber_tlv.spell(
        [
            BerObject("9F36", bytes.fromhex("0001")),
            BerObject("9F37", bytes.fromhex("6D58EF13")),
            BerObject("9F26", bytes.fromhex("559FAA2016752215")),
        ]
    )
    application = ber_tlv.spell(
        [
            BerObject("4F", bytes.fromhex("F051525041590001")),
            BerObject("50", b"QR WALLET"),
            BerObject("5A", bytes.fromhex("286012345678901234")),
            BerObject("63", opaque),
        ]
    )
    text = encode([BerObject("61", application)])
    assert text == BY_ID["qrpay-sandbox"].input
    assert len(text) == 88


def test_common_data_belongs_to_each_application() -> None:
    first, second = decode(BY_ID["official-b2"].input).applications
    assert first.get("50") == b"Product1"
    assert second.get("50") == b"Product2"
    assert first.get("5F20") == second.get("5F20") == b"CARDHOLDER/EMV"


def test_what_is_for_the_issuer_stays_one_value() -> None:
    first, _ = decode(BY_ID["official-b2"].input).applications
    opaque = first.get("64")
    assert opaque is not None
    assert len(opaque) == 0x21
    assert first.get("9F26") is None


def _named(name: str) -> Application:
    return Application((BerObject("4F", bytes.fromhex(name)),))


@pytest.mark.parametrize(
    ("name", "aid"),
    [
        ("A0000000555555", "A0000000555555"),
        ("A0000000555555", "A000000055"),
        ("A000000055", "A000000055"),
        ("A0" * 16, "A0"),
    ],
)
def test_a_till_takes_an_application_whose_name_begins_with_its_aid(name: str, aid: str) -> None:
    assert _named(name).matches(bytes.fromhex(aid))


@pytest.mark.parametrize(
    ("name", "aid"),
    [
        ("A0000000555555", "A000000056"),
        ("A000000055", "A0000000555555"),
        ("A0000000", "A0000000"),
        ("A0" * 17, "A0"),
    ],
)
def test_a_till_passes_over_other_names_and_those_of_a_wrong_length(name: str, aid: str) -> None:
    assert not _named(name).matches(bytes.fromhex(aid))


def test_a_template_without_a_name_is_passed_over() -> None:
    assert not Application(()).matches(b"")


def test_whatever_is_written_wrongly_is_not_written() -> None:
    with pytest.raises(QrField):
        encode([])


def test_every_field_is_told_in_words() -> None:
    told = {
        line.path: (line.name, line.value, line.note)
        for line in consumer_fields.explain(decode(BY_ID["official-b2"].input))
    }
    assert told["61[2].50"] == ("Application Label", "Product2", "for screen and receipt")
    assert told["62.5A"] == ("Application PAN", "1234567890123458", "the account number")
    assert told["62.5F2D"][2] == "in this sequence: ru, es, de, en"
    assert told["62.64"][2] == "opaque to the till, handed on unopened"
    assert told["62"][2] == "holds 4"


def test_broken_rules_and_unknown_tags_are_told_at_their_field() -> None:
    odd = consumer_fields.explain(decode(BY_ID["label-with-control-character"].input))
    assert odd[-1].value == "410942"
    assert odd[-1].note == "for screen and receipt; is not of format ans (table A.1) (6)"
    unknown = consumer_fields.explain(decode(BY_ID["unknown-object-kept"].input))
    assert (unknown[-1].name, unknown[-1].note) == ("Unknown", "not defined here; kept, not used")


tags = st.sampled_from(["4F", "50", "5A", "5F2D", "9F26", "DF8101", "BF20"])
ber_objects = st.lists(st.builds(BerObject, tags, st.binary(min_size=1, max_size=300)))


@given(ber_objects)
def test_whatever_data_objects_are_written_read_back(objects: list[BerObject]) -> None:
    assert ber_tlv.split(ber_tlv.spell(objects)) == tuple(objects)


@given(st.binary(max_size=60))
def test_whatever_bytes_come_they_are_read_or_refused_by_name(data: bytes) -> None:
    for raw in (data, b"\x85\x05CPV01\x61" + bytes([len(data)]) + data):
        try:
            code = decode(base64.b64encode(raw).decode("ascii"))
        except QrError:
            continue
        assert consumer_fields.explain(code)[0].value == "CPV01"


@given(st.text(max_size=60))
def test_whatever_text_comes_it_is_read_or_refused_by_name(text: str) -> None:
    for attempt in (text, PREFIX + text, f"{PREFIX}wMW{text}"):
        with pytest.raises(QrError):
            decode(attempt)


@pytest.mark.parametrize(
    ("length", "spelled"),
    [(1, "01"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65_535, "82ffff")],
)
def test_a_length_is_written_in_the_fewest_bytes_and_read_back(length: int, spelled: str) -> None:
    item = BerObject("50", bytes(length))
    assert ber_tlv.spell([item])[:-length].hex() == f"50{spelled}"
    assert ber_tlv.split(ber_tlv.spell([item])) == (item,)


def test_the_indefinite_length_is_refused_even_when_as_many_bytes_follow() -> None:
    with pytest.raises(QrSyntax, match="no length"):
        ber_tlv.split(b"\x50\x80" + b"A" * 128)


@pytest.mark.parametrize("tag", ["4F", "50", "57", "5F20", "5F2D", "85", "9F26", "DF8101"])
def test_a_primitive_tag_is_told_from_a_template(tag: str) -> None:
    assert not BerObject(tag, b"").is_template


@pytest.mark.parametrize("tag", ["61", "62", "63", "64", "7F21", "BF0C", "BF20", "FF01"])
def test_a_template_is_told_from_a_primitive_tag(tag: str) -> None:
    assert BerObject(tag, b"").is_template


TABLE_A1 = [
    ("4F", 5, 16, b"\xa0"),
    ("50", 1, 16, b"A"),
    ("57", 1, 19, b"\x12"),
    ("5A", 1, 10, b"\x12"),
    ("5F20", 2, 26, b"A"),
    ("5F2D", 2, 8, b"e"),
    ("9F08", 2, 2, b"\x00"),
    ("9F19", 6, 6, b"\x12"),
    ("9F24", 29, 29, b"A"),
    ("9F25", 2, 2, b"\x12"),
]
"""Lengths in bytes as CPM table A.1 gives them."""


@pytest.mark.parametrize(("tag", "least", "most", "filling"), TABLE_A1)
def test_each_field_has_the_length_that_the_table_gives_it(
    tag: str, least: int, most: int, filling: bytes
) -> None:
    def breaks(length: int) -> bool:
        given = [BerObject("4F", b"\xa0" * 5), BerObject("5A", b"\x12"), BerObject("57", b"\x12")]
        others = [item for item in given if item.tag != tag]
        template = ber_tlv.spell([*others, BerObject(tag, filling * length)])
        return bool(consumer_fields.validate(decode(encode([BerObject("61", template)]))))

    lengths = range(1, most + 2)
    assert [length for length in lengths if not breaks(length)] == list(range(least, most + 1))


def test_a_prefix_of_a_tag_is_no_tag() -> None:
    with pytest.raises(QrSyntax, match="no tag"):
        ber_tlv.split(b"\x9f")
