"""Documents, signs, seals, amounts and times of API v2: round trips, edges, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import (
    AmountFormat,
    AmountOutOfRange,
    BodyTooLarge,
    Encoding,
    TextCharacter,
)
from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid
from ledger.protocol.errors.wechatpay_v2 import TimeDigits
from ledger.protocol.instants import SECOND, Instant, from_text
from ledger.protocol.money import currency
from ledger.protocol.wechatpay_v2_wire import documents, refund_seal, signatures, values
from ledger.protocol.wechatpay_v2_wire.explain import explain
from ledger.protocol.wechatpay_v2_wire.signatures import SignType

KEY = "192006250b4c09247ec02edce69f6a2d"
OTHER_KEY = "Other0250b4c09247ec02edce69f6a2d"
CNY = currency("CNY")

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
XML_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(XML_CHARACTERS | st.sampled_from("\t\n\r]>&<'\""), max_size=40)
FIELDS = st.dictionaries(NAMES, TEXTS, max_size=8)


@given(fields=FIELDS)
def test_what_is_written_is_read_again(fields: dict[str, str]) -> None:
    raw = documents.write(fields)
    assert documents.read(raw) == fields
    assert list(documents.read(raw)) == list(fields)


@given(fields=FIELDS)
def test_another_parser_reads_the_same(fields: dict[str, str]) -> None:
    root = ET.fromstring(documents.write(fields))  # noqa: S314 - our own document
    assert {child.tag: child.text or "" for child in root} == fields


@given(raw=st.binary(max_size=200) | TEXTS.map(str.encode))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    with suppress(QrpayError):
        assert isinstance(documents.read(raw), dict)


def test_a_document_has_at_most_64_kib() -> None:
    frame = len(b"<xml><a></a></xml>")
    most = b"<xml><a>" + b"x" * (documents.MOST_BYTES - frame) + b"</a></xml>"
    assert len(documents.read(most)["a"]) == documents.MOST_BYTES - frame
    with pytest.raises(BodyTooLarge):
        documents.read(most + b" ")


@pytest.mark.parametrize(
    "raw",
    [
        b"<xml><a>\xff</a></xml>",
        "<xml><a>茶叶</a></xml>".encode("gb18030"),
        '<?xml version="1.0" encoding="UTF-16"?><xml><a>1</a></xml>'.encode("utf-16"),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(raw: bytes) -> None:
    with pytest.raises(Encoding):
        documents.read(raw)


def test_the_declared_encoding_changes_nothing() -> None:
    raw = '<?xml version="1.0" encoding="ISO-8859-1"?><xml><a>小</a></xml>'.encode()
    assert documents.read(raw) == {"a": "小"}


def test_numbers_stand_bare_and_texts_in_a_section() -> None:
    assert documents.write({"total_fee": 1, "openid": "1"}) == (
        b"<xml><total_fee>1</total_fee>\n<openid><![CDATA[1]]></openid>\n</xml>"
    )


def test_the_end_of_a_section_inside_of_a_value_is_written_as_two_sections() -> None:
    assert documents.read(documents.write({"attach": "a]]>b]]>"})) == {"attach": "a]]>b]]>"}


def test_zero_is_signed_as_a_number_too() -> None:
    assert signatures.signed_text({"cash_fee": 0, "attach": ""}, "k") == "cash_fee=0&key=k"


@pytest.mark.parametrize("text", ["\x00", "a\x0b", "\ud800", "\ufffe"])
def test_a_character_that_xml_has_not_is_not_written(text: str) -> None:
    with pytest.raises(TextCharacter):
        documents.write({"a": text})


@given(fields=FIELDS, sign_type=st.sampled_from(SignType))
def test_signed_fields_hold_and_any_other_value_does_not(
    fields: dict[str, str], sign_type: SignType
) -> None:
    said = fields | {"sign_type": sign_type.value}
    signed = said | {"sign": signatures.sign(said, KEY, sign_type)}
    assert signatures.verify(signed, KEY, md5_allowed=True) is sign_type
    for name in set(signed) - {"sign", "sign_type"}:
        with pytest.raises(SignatureInvalid):
            signatures.verify(signed | {name: signed[name] + "x"}, KEY, md5_allowed=True)


@given(fields=FIELDS, sign_type=st.sampled_from(SignType))
def test_another_key_of_the_merchant_is_found_out(
    fields: dict[str, str], sign_type: SignType
) -> None:
    said = fields | {"sign_type": sign_type.value}
    signed = said | {"sign": signatures.sign(said, OTHER_KEY, sign_type)}
    with pytest.raises(SignatureInvalid):
        signatures.verify(signed, KEY, md5_allowed=True)
    why = explain(signed, {"API v2 key": KEY, "API v3 key": OTHER_KEY})
    assert why.reason == "the key is the API v3 key, not the API v2 key"
    assert why.first_difference is None


def test_two_mistakes_at_once_are_both_told() -> None:
    fields = {"b": "2", "a": "1", "sign_type": "HMAC-SHA256"}
    text = f"b=2&a=1&sign_type=HMAC-SHA256&key={KEY}"
    sign = signatures.digest(text, KEY, SignType.MD5).lower()
    why = explain(fields | {"sign": sign}, {"API v2 key": KEY})
    assert why.reason == (
        "the fields were not sorted by name and it was digested by MD5, not HMAC-SHA256"
        " and the sign is not in upper case"
    )
    assert why.signed == "b=2&a=1&sign_type=HMAC-SHA256&key=***"
    assert why.first_difference == 0


def test_a_text_that_begins_like_the_other_differs_where_it_ends() -> None:
    sign = signatures.digest("a=1", KEY, SignType.MD5)
    why = explain({"a": "1", "sign": sign}, {"API v2 key": KEY})
    assert (why.expected, why.signed, why.first_difference) == ("a=1&key=***", "a=1", 3)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "0", KEY[:-1] + "-", KEY[:-1] + "ä"])
def test_a_key_has_32_letters_and_digits(key: str) -> None:
    assert signatures.check_api_v2_key(KEY) == KEY
    with pytest.raises(KeyFormat):
        signatures.check_api_v2_key(key)


@given(plain=st.binary(max_size=100))
def test_what_is_sealed_is_opened_again(plain: bytes) -> None:
    assert refund_seal.unseal(refund_seal.seal(plain, KEY), KEY) == plain


@given(minor=st.integers(1, 10**11))
def test_an_amount_is_read_as_it_is_written(minor: int) -> None:
    assert values.parse_fee(str(minor), CNY).minor_units == minor


@pytest.mark.parametrize("text", ["", "01", "+1", "-1", "1.0", "1e2", " 1", "１", "1_0", "0x1"])
def test_an_amount_has_one_spelling(text: str) -> None:
    with pytest.raises(AmountFormat):
        values.parse_fee(text, CNY)


@pytest.mark.parametrize("text", ["0", "100000000001"])
def test_an_amount_is_something_and_not_everything(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        values.parse_fee(text, CNY)


@given(second=st.integers(0, 4_102_444_800))
def test_a_time_is_read_as_it_is_written(second: int) -> None:
    instant = Instant(second * SECOND)
    assert values.from_time(values.to_time(instant)) == instant


def test_times_are_told_by_chinas_clock() -> None:
    assert values.to_time(from_text("2026-11-21T16:00:00.999Z")) == "20261122000000"
    assert values.from_day("20261122") == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["", "2026112200000", "202611220000000", "20261122 00000", "20261322000000", "２" * 14]
)
def test_a_time_has_fourteen_digits_of_a_clock(text: str) -> None:
    with pytest.raises(TimeDigits):
        values.from_time(text)


@pytest.mark.parametrize("text", ["2026-11-22", "20261131", "2026112", "00000101"])
def test_a_day_has_eight_digits_of_a_calendar(text: str) -> None:
    with pytest.raises(TimeDigits):
        values.from_day(text)
