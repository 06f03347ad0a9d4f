"""JSON has one meaning here, or a named refusal; nothing else ever comes out."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors import Malformed
from ledger.protocol.errors.content import (
    Encoding,
    FieldFormat,
    JsonDuplicateKey,
    JsonNumber,
    JsonSyntax,
    JsonTooDeep,
)
from ledger.protocol.strict_json import JsonNumberText, dumps, load_object, loads

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(min_value=-(10**20) + 1, max_value=10**20 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    raw = dumps(value)
    with suppress(JsonTooDeep):
        assert loads(raw) == value


@given(st.dictionaries(texts, numbers | texts, max_size=5))
def test_what_is_read_is_what_the_standard_library_reads(members: dict[str, object]) -> None:
    raw = json.dumps(members, indent=2).encode()
    assert load_object(raw) == members


def test_it_is_written_compactly_and_in_utf_8() -> None:
    assert dumps({"name": "Drogerie 药妆", "list": [1, None]}) == (
        '{"name":"Drogerie 药妆","list":[1,null]}'.encode()
    )


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_refused_by_name(raw: bytes) -> None:
    with suppress(Malformed):
        loads(raw)


json_like = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            '"a"',
            "1",
            "-",
            ".",
            "e9",
            "NaN",
            "null",
            "\\u",
            "d800",
        ]
    ),
    max_size=30,
).map("".join)


@given(json_like)
def test_any_text_that_looks_like_json_is_json_or_refused_by_name(text: str) -> None:
    with suppress(Malformed):
        loads(text.encode())


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", JsonSyntax),
        (b"   ", JsonSyntax),
        (b"{", JsonSyntax),
        (b"{} {}", JsonSyntax),
        (b"{'a': 1}", JsonSyntax),
        (b'{"a": 1,}', JsonSyntax),
        (b"[1 2]", JsonSyntax),
        (b"01", JsonSyntax),
        (b"+1", JsonSyntax),
        (b"1_000", JsonSyntax),
        ("１２".encode(), JsonSyntax),
        (b"TRUE", JsonSyntax),
        (b'"tab\there"', JsonSyntax),
        (b'"\\x41"', JsonSyntax),
        (b"// no\n{}", JsonSyntax),
        (b"\xa0{}", Encoding),
        (b"\xef\xbb\xbf{}", JsonSyntax),
        ("{}".encode("utf-16"), Encoding),
        (b'"\xff"', Encoding),
        (b'"\xed\xa0\x80"', Encoding),
        (b'"\\ud800"', Encoding),
        (b'{"\\udc00": 1}', Encoding),
        (b'{"a": [{"b": "\\ud83d x"}]}', Encoding),
        (b'{"amount": 1, "amount": 2}', JsonDuplicateKey),
        (b'{"amount": 1, "\\u0061mount": 1}', JsonDuplicateKey),
        (b'[{"a": {"b": 1, "c": 2, "b": 1}}]', JsonDuplicateKey),
        (b"1" * 21, JsonNumber),
        (b"-" + b"1" * 21, JsonNumber),
        (b"9" * 5000, JsonNumber),
        (b"[" * 100_000, JsonTooDeep),
        (b"[" * 100_000 + b"]" * 100_000, JsonTooDeep),
        (b'{"a":' * 100_000, JsonTooDeep),
        (b"[" * 9 + b"]" * 9, JsonTooDeep),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_parsers_disagree_about_is_refused_by_name(raw: bytes, error: type[Malformed]) -> None:
    with pytest.raises(error):
        loads(raw)


def test_eight_levels_are_read() -> None:
    assert dumps(loads(b"[" * 8 + b"]" * 8)) == b"[" * 8 + b"]" * 8


def test_twenty_digits_are_a_number() -> None:
    assert loads(b"-" + b"9" * 20) == -(10**20) + 1


def test_a_surrogate_pair_is_one_character() -> None:
    assert loads(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize(
    "text", ["12.95", "1.0", "1e3", "1E-2", "1e400", "NaN", "Infinity", "-Infinity"]
)
def test_a_number_that_is_no_integer_is_kept_as_written_and_is_no_text(text: str) -> None:
    found = load_object(b'{"amount_minor": %s}' % text.encode())["amount_minor"]
    assert not isinstance(found, str | int | float)
    assert found == JsonNumberText(text)


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"{}"', b"true"])
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(FieldFormat):
        load_object(raw)


def test_many_equal_names_are_refused_as_fast_as_they_are_read() -> None:
    raw = b"{" + b",".join(b'"k%d":1' % n for n in range(50_000)) + b',"k7":1}'
    with pytest.raises(JsonDuplicateKey, match="'k7'"):
        loads(raw)
