"""Links, notes and heads: the published vectors hold, and no two entries look alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.protocol import chain, instants
from ledger.protocol.chain import LinkedEntry, LinkedPosting
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import FieldFormat, MessageFormat
from ledger.protocol.errors.trust import HeadMismatch, NoteMismatch
from ledger.protocol.instants import DAY, Instant, day_begins, day_of
from ledger.protocol.messages import Head, Signed, open_head
from ledger.protocol.signing import KeyDirectory, from_jwks
from tests.protocol.example_messages import HEAD

Vector = Mapping[str, Any]
Place = tuple[int, str, LinkedEntry, str]
FILE = Path(__file__).parents[1] / "vectors" / "chain.json"
CONTENT: Vector = json.loads(FILE.read_text("utf-8"))


def of(check: str) -> list[Any]:
    found = [vector for vector in CONTENT["vectors"] if vector["input"]["check"] == check]
    return [pytest.param(vector, id=vector["id"]) for vector in found]


def entry_of(found: Vector) -> LinkedEntry:
    return LinkedEntry(
        entry_id=found["entry_id"],
        kind=found["kind"],
        event_at=instants.from_text(found["event_at"]),
        booked_at=instants.from_text(found["booked_at"]),
        payment_id=found["payment_id"],
        refund_id=found["refund_id"],
        postings=tuple(LinkedPosting(**posting) for posting in found["postings"]),
    )


def result_of(vector: Vector) -> str:
    try:
        CHECKS[vector["input"]["check"]](vector["input"])
    except QrpayError as error:
        return error.code
    return "valid"


def check_link(found: Vector) -> None:
    entry = entry_of(found["entry"])
    chain.require_link(
        found["link"], found["sequence"], found["previous"], entry, found["commitment"]
    )


def check_note(found: Vector) -> None:
    chain.require_note(found["commitment"], found["salt"], found["text"])


def opened(found: Vector, directory: KeyDirectory | None = None) -> list[Head]:
    keys = directory or from_jwks(CONTENT)
    return [open_head(Signed.from_json(head), keys) for head in found["heads"]]


def check_heads(found: Vector) -> None:
    before = None
    for head in opened(found):
        head.require_after(before)
        before = head


CHECKS = {"link": check_link, "note": check_note, "heads": check_heads}


def test_every_vector_has_an_id_of_its_own_and_says_why() -> None:
    found = CONTENT["vectors"]
    assert len({vector["id"] for vector in found}) == len(found)
    assert len({json.dumps(vector["input"]) for vector in found}) == len(found)
    assert all(vector["note"] for vector in found)


@pytest.mark.parametrize("vector", [*of("link"), *of("note"), *of("heads")])
def test_the_published_vectors_of_the_chain_hold(vector: Vector) -> None:
    assert result_of(vector) == vector["result"]


@pytest.mark.parametrize("vector", of("link"))
def test_a_valid_link_is_the_hash_of_the_text_that_is_published(vector: Vector) -> None:
    if vector["result"] != "valid":
        return
    text: str = vector["values"]["text"]
    found = vector["input"]
    place = (found["sequence"], found["previous"], entry_of(found["entry"]), found["commitment"])
    assert chain.entry_text(*place) == text
    hashed = hashlib.sha256(b"test.qrpay/entry/v1\0" + text.encode()).hexdigest()
    assert hashed == found["link"]


def test_a_head_is_named_by_the_hash_of_its_text() -> None:
    vector = next(v for v in CONTENT["vectors"] if v["id"] == "heads")
    texts = [head["text"] for head in vector["input"]["heads"]]
    hashed = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert hashed == vector["values"]["digests"]
    assert hashed == [head.digest for head in opened(vector["input"])]
    assert f"previous_head={hashed[0]}\n" in texts[1]


# --- No two entries look alike --------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
numbers = st.integers(-(2**63), 2**63 - 1)
times = st.integers(0, 253_402_300_799_999).map(Instant)
postings = st.builds(LinkedPosting, numbers, texts, numbers, texts, numbers, numbers)
entries = st.builds(
    LinkedEntry,
    entry_id=texts,
    kind=texts,
    event_at=times,
    booked_at=times,
    payment_id=st.none() | texts,
    refund_id=st.none() | texts,
    postings=st.lists(postings, max_size=3).map(tuple),
)
notes = st.text(st.characters(codec="utf-8"))
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


def spelled(sequence: int, previous: str, entry: LinkedEntry, note: str) -> str | None:
    try:
        return chain.entry_text(sequence, previous, entry, note)
    except MessageFormat:
        return None


places = st.tuples(st.integers(1, 9), digests, entries, digests)


@given(places, places)
def test_entries_that_differ_are_spelled_differently(one: Place, two: Place) -> None:
    text = spelled(*one)
    assume(text is not None)
    assert (text == spelled(*two)) == (one == two)


@given(entries, st.data())
def test_a_single_change_of_an_entry_changes_its_spelling(
    entry: LinkedEntry, data: st.DataObject
) -> None:
    text = spelled(1, chain.GENESIS, entry, "ab" * 32)
    assume(text is not None)
    name = data.draw(st.sampled_from([field.name for field in fields(LinkedEntry)]))
    changed = replace(entry, **{name: getattr(data.draw(entries), name)})
    assert (spelled(1, chain.GENESIS, changed, "ab" * 32) == text) == (changed == entry)


@given(entries, st.data())
def test_a_single_change_of_a_posting_changes_the_spelling(
    entry: LinkedEntry, data: st.DataObject
) -> None:
    text = spelled(1, chain.GENESIS, entry, "ab" * 32)
    assume(text is not None and entry.postings)
    name = data.draw(st.sampled_from([field.name for field in fields(LinkedPosting)]))
    first = replace(entry.postings[0], **{name: getattr(data.draw(postings), name)})
    changed = replace(entry, postings=(first, *entry.postings[1:]))
    assert (spelled(1, chain.GENESIS, changed, "ab" * 32) == text) == (changed == entry)


@pytest.mark.parametrize("instant", [-1, 253_402_300_800_000, 2**62])
def test_a_time_that_no_calendar_knows_can_not_be_linked(instant: int) -> None:
    entry = LinkedEntry("jnl_1", "CAPTURE", Instant(instant), Instant(0), None, None, ())
    with pytest.raises(MessageFormat):
        chain.link(1, chain.GENESIS, entry, "ab" * 32)


# --- Commitments ----------------------------------------------------------------------------------


@given(
    digests, st.text(st.characters(codec="utf-8")), digests, st.text(st.characters(codec="utf-8"))
)
def test_a_commitment_holds_for_its_salt_and_its_note_alone(
    salt: str, note: str, other_salt: str, other_note: str
) -> None:
    stated = chain.commitment(salt, note)
    chain.require_note(stated, salt, note)
    if (other_salt, other_note) != (salt, note):
        with pytest.raises(NoteMismatch):
            chain.require_note(stated, other_salt, other_note)


# --- Heads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"link": "EF" * 32},
        {"link": chain.GENESIS},
        {"sequence": 0},
        {"previous_head": "12"},
        {"count": 115},
        {"previous_head": ""},
        {"sealed_at": Instant(day_begins(HEAD.business_date) + DAY - 1)},
    ],
)
def test_a_head_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FieldFormat):
        replace(HEAD, **change)


def test_a_head_before_the_first_entry_states_no_link() -> None:
    none_yet = replace(HEAD, sequence=0, count=0, link=chain.GENESIS, previous_head="")
    none_yet.require_after(None)


def test_a_first_head_names_none_before_it() -> None:
    with pytest.raises(HeadMismatch):
        HEAD.require_after(None)


def test_days_are_those_of_utc() -> None:
    begin = day_begins(date(2026, 11, 22))
    assert begin == 1_795_305_600_000
    assert day_of(begin) == date(2026, 11, 22)
    assert day_of(Instant(begin - 1)) == date(2026, 11, 21)
