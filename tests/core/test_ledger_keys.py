"""A newer key of the ledger's is believed before it signs, and the older one holds afterwards."""

from __future__ import annotations

import pytest

from ledger.core.parties import keys
from ledger.core.records.payments import Payment
from ledger.ops.audit import audit
from ledger.protocol import messages
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.errors.trust import (
    KeyAnnouncedJustNow,
    KeyInUse,
    KeyNotAnnounced,
    KeyRevoked,
    KeyUnknown,
    ResponseSignatureInvalid,
)
from ledger.protocol.instants import DAY
from ledger.protocol.signing import Algorithm, KeyDirectory, KeyStatus, PrivateKey
from ledger.protocol.signing.http_messages import sign_response, verify_response
from tests.core.demo_world import NOON, SHOP, World

NEWER = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))


def announce(world: World) -> None:
    with world.store.transaction() as books:
        keys.admit_ledger_key(books, public_key=NEWER.public, now=world.now)


def retire(world: World, key_id: str) -> None:
    with world.store.transaction() as books:
        keys.retire_ledger_key(books, key_id=key_id, in_use=NEWER.public, now=world.now)


def published(world: World) -> KeyDirectory:
    """What tills and wallets are told."""
    with world.store.reading() as books:
        return KeyDirectory(books.directory.published_keys())


def opened(world: World, payment: Payment) -> messages.Receipt:
    """A payment's receipt, by the published keys alone."""
    with world.store.reading() as books:
        receipts = books.receipts.of_payment(payment.payment_id)
    return messages.open_receipt(receipts[0].signed, published(world))


def test_a_key_signs_a_day_after_it_was_announced_and_not_before(world: World) -> None:
    with world.store.reading() as books, pytest.raises(KeyNotAnnounced):
        keys.require_announced(books, public_key=NEWER.public, now=world.now)
    announce(world)
    world.wait(DAY - 1)
    with world.store.reading() as books, pytest.raises(KeyAnnouncedJustNow):
        keys.require_announced(books, public_key=NEWER.public, now=world.now)
    world.wait(1)
    with world.store.reading() as books:
        found = keys.require_announced(books, public_key=NEWER.public, now=world.now)
    assert found.not_before == NOON


def test_somebody_elses_key_never_signs_for_the_ledger(world: World) -> None:
    theirs = world.till_keys[SHOP].public
    world.wait(DAY)
    with world.store.reading() as books, pytest.raises(KeyNotAnnounced):
        keys.require_announced(books, public_key=theirs, now=world.now)
    with pytest.raises(KeyUnknown):
        retire(world, theirs.key_id)


def test_receipts_of_both_keys_are_opened_by_the_published_ones(world: World) -> None:
    before = world.paid(1_295, "anna")
    older = world.key.public
    announce(world)
    world.wait(DAY)
    world.key = NEWER
    retire(world, older.key_id)
    world.wait(1)
    after = world.paid(1_295, "anna")
    assert opened(world, before).payment_id == before.payment_id
    assert opened(world, after).payment_id == after.payment_id
    assert published(world).require(older.key_id, at=NOON).status is KeyStatus.RETIRED
    assert audit(world.store) == []


def test_the_key_that_signs_is_not_retired(world: World) -> None:
    announce(world)
    with pytest.raises(KeyInUse):
        retire(world, NEWER.public.key_id)


def test_nothing_that_a_leaked_key_signed_holds_whenever_it_was(world: World) -> None:
    before, older = world.paid(1_295, "anna"), world.key
    announce(world)
    with world.store.reading() as books:
        keys.require_announced(books, public_key=NEWER.public, now=world.now, least_ms=0)
    world.key = NEWER
    after = world.paid(1_295, "anna")
    believed = published(world).require(older.public.key_id, at=world.now)
    with world.store.transaction() as books:
        keys.revoke_ledger_key(books, key_id=older.public.key_id, in_use=NEWER.public)
    with pytest.raises(KeyRevoked):
        opened(world, before)
    assert opened(world, after).payment_id == after.payment_id
    answer = sign_response(200, b"{}", key=older, request_signature="", now=world.now)
    with pytest.raises(ResponseSignatureInvalid, match="KEY_REVOKED"):
        verify_response(
            200, b"{}", answer, request_signature="", directory=published(world), now=world.now
        )
    assert {finding.rule for finding in audit(world.store)} == {"receipts_verify"}
    with world.store.transaction() as books:  # every world has to be sound in the end
        books.directory.replace_key(believed)


def test_the_key_that_signs_is_not_revoked_and_nobody_elses_is(world: World) -> None:
    announce(world)
    before = published(world)
    for key_id, refusal in (
        (NEWER.public.key_id, KeyInUse),
        (world.till_keys[SHOP].public.key_id, KeyUnknown),
    ):
        with world.store.transaction() as books, pytest.raises(refusal):
            keys.revoke_ledger_key(books, key_id=key_id, in_use=NEWER.public)
        assert published(world).find(key_id) == before.find(key_id)


def test_a_ledger_does_not_start_with_a_key_that_was_retired(world: World) -> None:
    older = world.key.public
    announce(world)
    world.wait(DAY)
    with world.store.reading() as books:
        keys.require_own_books(books, public_key=older)
    retire(world, older.key_id)
    with world.store.reading() as books:
        keys.require_own_books(books, public_key=NEWER.public)
        with pytest.raises(KeyFileUnusable):
            keys.require_own_books(books, public_key=older)
