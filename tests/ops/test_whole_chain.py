"""Tampering with the journal is found and named: by the chain, by its heads, by a head kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.core.parties import keys
from ledger.core.records.chain import KeptHead
from ledger.ops import whole_chain
from ledger.ops.whole_chain import chain_is_whole, require_head
from ledger.protocol import chain
from ledger.protocol.errors.trust import HeadMismatch, KeyUnknown
from ledger.protocol.instants import DAY
from ledger.protocol.messages import Head, Signed, decode, seal
from tests.core.demo_world import World, seeded_key
from tests.ops import tampering
from tests.ops.tampering import TRUE_DAYS, edit
from tests.stores.databases import Databases
from tests.stores.raw import ask

LAST_HEAD = TRUE_DAYS[-1]


@pytest.fixture(scope="module")
def true_books() -> bytes:
    return tampering.true_books()


@pytest.fixture(scope="module")
def true_database(databases: Databases) -> str:
    """The same books in PostgreSQL, to be copied: the name of their database."""
    world = databases.world()
    tampering.live_three_days(world)
    tampering.unguard_database(world)
    name = str(ask(world.store, "SELECT current_database()::text")[0][0])
    world.close()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The books in each engine, for somebody to tamper with."""
    if request.param == "sqlite":
        made = tampering.unguarded(request.getfixturevalue("true_books"))
    else:
        made = request.getfixturevalue("databases").world(request.getfixturevalue("true_database"))
        made.wait(3 * DAY + 1)
    yield made
    made.close()


def findings(world: World) -> list[tuple[str, str]]:
    """Where something was found, and which rule is broken."""
    with world.store.reading() as books:
        return [(found.subject, found.detail.partition(":")[0]) for found in chain_is_whole(books)]


def entry_at(world: World, sequence: int) -> str:
    with world.store.reading() as books:
        return books.chain.page(sequence - 1, 1)[0][0].entry_id


def head_of(world: World, day: str) -> Signed:
    with world.store.reading() as books:
        kept = books.chain.head(day)
    assert kept is not None
    return kept.signed


def test_a_true_chain_has_no_findings(world: World) -> None:
    assert findings(world) == []
    assert [decode(Head, head_of(world, day).text).count for day in TRUE_DAYS] == [8, 2, 0]


ITS = "WHERE entry_id = (SELECT entry_id FROM victim)"
EDITS = {
    "a posting's amount": "UPDATE posting SET amount_minor = amount_minor + 1 ITS AND line = 1",
    "a posting's account": "UPDATE posting SET account_id = 'payer:pyr_mine:EUR' ITS AND line = 1",
    "two lines in one": "UPDATE posting SET account_id = account_id || '\nx' ITS AND line = 1",
    "a posting less": "DELETE FROM posting ITS AND line = 1",
    "a posting more": "INSERT INTO posting SELECT entry_id, 9, 'x', 1, 'EUR', 0, 1 FROM victim",
    "lines renumbered": "UPDATE posting SET line = line + 5 ITS",
    "a kind": "UPDATE entry SET kind = 'RELEASE' ITS",
    "a time": "UPDATE entry SET booked_at = booked_at - 1 ITS",
    "a time beyond all calendars": "UPDATE entry SET event_at = 4611686018427387904 ITS",
    "a payment's id away": "UPDATE entry SET payment_id = NULL ITS",
    "an empty refund's id": "UPDATE entry SET refund_id = '' ITS",
    "an entry deleted": "DELETE FROM entry ITS",
    "a commitment": "UPDATE link SET commitment = digest ITS",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS.keys())
def test_an_edited_entry_is_found_where_it_is_and_nowhere_else(
    world: World, statement: str
) -> None:
    victim = entry_at(world, 6)
    edit(world, statement.replace("ITS", ITS))
    assert findings(world) == [(victim, "LINK_MISMATCH")]


def test_two_entries_that_changed_places_are_both_found(world: World) -> None:
    first, second = entry_at(world, 6), entry_at(world, 8)
    move = "UPDATE link SET entry_id = ? WHERE entry_id = ?"
    for after, before in (("elsewhere", first), (first, second), (second, "elsewhere")):
        edit(world, move, after, before)
    assert findings(world) == [(second, "LINK_MISMATCH"), (first, "LINK_MISMATCH")]


def test_a_deleted_link_leaves_a_gap(world: World) -> None:
    after = entry_at(world, 7)
    edit(world, "DELETE FROM link WHERE sequence = 6")
    assert findings(world) == [(after, "LINK_SEQUENCE")]


@pytest.mark.parametrize("number", [0, -1, -(2**63) + 1, 2**62])
def test_a_link_with_a_number_out_of_the_series_is_found(world: World, number: int) -> None:
    edit(world, "UPDATE link SET sequence = ? WHERE sequence = 13", number)
    assert "LINK_SEQUENCE" in {rule for _, rule in findings(world)}


FORGED_ENTRY = (
    "INSERT INTO entry SELECT 'jnl_forged', kind, event_at, booked_at, payment_id || 'x',"
    " refund_id, note FROM entry WHERE entry_id = (SELECT entry_id FROM victim)"
)
FORGED_LINK = (
    "INSERT INTO link SELECT 7, 'jnl_forged', 'ff' || substr(digest, 3), commitment, salt"
    " FROM link WHERE sequence = 6"
)


def test_an_inserted_entry_that_takes_a_number_moves_everybody_behind_it(world: World) -> None:
    edit(world, "UPDATE link SET sequence = -sequence WHERE sequence > 6")
    edit(world, "UPDATE link SET sequence = 1 - sequence WHERE sequence < 0")
    edit(world, FORGED_ENTRY)
    edit(world, FORGED_LINK)
    found = findings(world)
    assert found[0] == ("jnl_forged", "LINK_MISMATCH")
    assert {rule for _, rule in found} == {"LINK_MISMATCH", "HEAD_MISMATCH"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE link SET salt = digest WHERE entry_id = ?",
        "UPDATE link SET salt = upper(salt) WHERE entry_id = ?",
        "UPDATE link SET salt = '' WHERE entry_id = ?",
        "UPDATE entry SET note = 'for Anna''s mother' WHERE entry_id = ?",
        "UPDATE entry SET note = '' WHERE entry_id = ?",
    ],
)
def test_a_note_or_a_salt_that_was_changed_alone_is_found(world: World, statement: str) -> None:
    victim = entry_at(world, 1)
    edit(world, statement, victim)
    assert findings(world) == [(victim, "NOTE_MISMATCH")]


def test_a_deleted_note_leaves_the_chain_whole(world: World) -> None:
    with world.store.transaction() as books:
        for link, _ in books.chain.page(0, 5):
            books.chain.forget_note(link.entry_id)
    assert findings(world) == []


def test_a_note_can_not_come_back_as_another(world: World) -> None:
    victim = entry_at(world, 1)
    with world.store.transaction() as books:
        books.chain.forget_note(victim)
    edit(world, "UPDATE entry SET note = 'invented' WHERE entry_id = ?", victim)
    assert findings(world) == [(victim, "NOTE_MISMATCH")]


# --- Heads ----------------------------------------------------------------------------------------


def link_again(world: World, first: int) -> None:
    """What an attacker with the rule does: give every link from ``first`` on its right hash."""
    with world.store.reading() as books:
        rows = books.chain.page(first - 2, 10_000)
    previous = rows[0][0].digest
    for link, written in rows[1:]:
        assert written is not None
        previous = chain.link(link.sequence, previous, written.entry, link.commitment)
        edit(world, "UPDATE link SET digest = ? WHERE sequence = ?", previous, link.sequence)


def seal_again(world: World) -> None:
    """What an operator does who has the provider's key: sign every head anew."""
    before: Head | None = None
    for day in TRUE_DAYS:
        old = decode(Head, head_of(world, day).text)
        with world.store.transaction() as books:
            digest = books.chain.page(old.sequence - 1, 1)[0][0].digest
        head = Head(
            business_date=old.business_date,
            sequence=old.sequence,
            link=digest,
            count=old.count,
            previous_head=before.digest if before else "",
            sealed_at=old.sealed_at,
        )
        edit(world, "DELETE FROM head WHERE business_date = ?", day)
        with world.store.transaction() as books:
            books.chain.add_head(KeptHead(day, seal(head, world.key)))
        before = head


def test_a_tail_that_was_linked_again_does_not_fit_its_heads(world: World) -> None:
    edit(world, EDITS["a kind"].replace("ITS", ITS))
    link_again(world, 6)
    assert findings(world) == [(day, "HEAD_MISMATCH") for day in TRUE_DAYS]


def test_books_rewritten_with_the_providers_key_are_found_by_a_head_that_was_kept(
    world: World,
) -> None:
    kept = [head_of(world, day) for day in TRUE_DAYS]
    edit(world, EDITS["a kind"].replace("ITS", ITS))
    link_again(world, 6)
    seal_again(world)
    assert findings(world) == []
    for signed in kept:
        with world.store.reading() as books, pytest.raises(HeadMismatch):
            require_head(books, signed)


def test_a_kept_head_of_true_books_is_given_back(world: World) -> None:
    for day in TRUE_DAYS:
        kept = head_of(world, day)
        with world.store.reading() as books:
            assert require_head(books, kept).business_date.isoformat() == day


def test_books_that_were_cut_off_are_found_by_a_head_that_was_kept(world: World) -> None:
    kept = head_of(world, LAST_HEAD)
    edit(world, "DELETE FROM head WHERE business_date > '2026-11-22'")
    edit(world, "DELETE FROM link WHERE sequence > 8")
    assert findings(world) == []
    with world.store.reading() as books, pytest.raises(HeadMismatch, match="missing"):
        require_head(books, kept)


def test_a_head_that_another_signed_is_nobodys(world: World) -> None:
    forged = seal(decode(Head, head_of(world, LAST_HEAD).text), seeded_key("a forger"))
    with world.store.reading() as books, pytest.raises(KeyUnknown):
        require_head(books, forged)
    edit(world, "UPDATE head SET key_id = ?, signature = ?", forged.key_id, forged.signature)
    assert findings(world) == [(day, "KEY_UNKNOWN") for day in TRUE_DAYS]


HEAD_EDITS = {
    "a word of the first": (
        "UPDATE head SET text = replace(text, 'count=8', 'count=7')",
        ["FIELD_FORMAT"],
    ),
    "a word of the second": (
        "UPDATE head SET text = replace(text, 'count=2', 'count=1')",
        ["SIGNATURE_INVALID"],
    ),
    "no message at all": (
        "UPDATE head SET text = 'hello' WHERE business_date = '2026-11-23'",
        ["MESSAGE_FORMAT"],
    ),
    "its day": (
        "UPDATE head SET business_date = '2026-11-22x' WHERE business_date = '2026-11-22'",
        ["HEAD_MISMATCH"],
    ),
    "the first deleted": (
        "DELETE FROM head WHERE business_date = '2026-11-22'",
        ["HEAD_MISMATCH", "HEAD_MISMATCH", "HEAD_MISMATCH"],
    ),
    "one deleted between others": (
        "DELETE FROM head WHERE business_date = '2026-11-23'",
        ["HEAD_MISMATCH"],
    ),
    "the last deleted": (
        "DELETE FROM head WHERE business_date = '2026-11-24'",
        ["HEAD_MISMATCH", "HEAD_MISMATCH", "HEAD_MISMATCH"],
    ),
}


@pytest.mark.parametrize(("statement", "rules"), HEAD_EDITS.values(), ids=HEAD_EDITS.keys())
def test_an_edited_head_is_found(world: World, statement: str, rules: list[str]) -> None:
    edit(world, statement)
    assert [rule for _, rule in findings(world)] == rules


def test_an_entry_that_was_written_in_later_stands_in_a_day_that_is_not_its_own(
    world: World,
) -> None:
    """The forger lets the ledger itself link an entry of long ago."""
    edit(world, FORGED_ENTRY)
    edit(world, "INSERT INTO unlinked VALUES ('jnl_forged')")
    world.seal()
    assert findings(world) == [("jnl_forged", "HEAD_MISMATCH")]


def test_heads_of_a_key_that_was_revoked_prove_nothing_and_the_links_still_do(
    world: World,
) -> None:
    with world.store.transaction() as books:
        keys.revoke(books, key_id=world.key.public.key_id)
    assert findings(world) == [(day, "KEY_REVOKED") for day in TRUE_DAYS]


def test_books_of_many_pages_are_passed_in_one_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_chain, "PAGE", 2)
    assert findings(world) == []
    victims = [entry_at(world, sequence) for sequence in (2, 3, 13)]
    for victim in victims:
        edit(world, "UPDATE entry SET booked_at = booked_at + 1 WHERE entry_id = ?", victim)
    assert findings(world) == [(victim, "LINK_MISMATCH") for victim in victims]
