"""Strangers come in with play money, only where a pass was given out, and only so many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.core import queries
from ledger.core.parties import guests
from ledger.core.parties.enrolment import DeviceEnrolment
from ledger.core.parties.register import require_payer
from ledger.core.privacy import erasure
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.errors.guests import GuestPassUsedUp, NoPlayMoney, TooManyTopUps
from ledger.protocol.errors.trust import KeyAlreadyRegistered, WeakKey
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import DAY, later
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm
from tests.core.demo_world import NOON, World, seeded_key
from tests.core.state import refused

TOKEN = "a pass"
EUR = currency("EUR")
START = Money(10_000, EUR)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    assert audit(made.store) == []
    made.store.close()


def give_out(world: World, most: int = 2) -> None:
    with world.store.transaction() as books:
        guests.give_out(books, token=TOKEN, amount=START, guests_most=most, now=NOON)


def let_in(world: World, name: str, token: str = TOKEN) -> DeviceEnrolment:
    with world.store.transaction() as books:
        return guests.let_in(
            books,
            token=token,
            algorithm=Algorithm.ED25519,
            public_key=seeded_key(name).public.raw,
            entropy=world.entropy,
            now=NOON,
            ids=IdSource(world.entropy),
        )


def balance(world: World, guest: DeviceEnrolment) -> Money:
    with world.store.reading() as books:
        return queries.balance(books, payer_id=guest.payer.payer_id)


def test_a_guest_is_a_new_payer_with_play_money_and_a_device_of_the_key_shown(world: World) -> None:
    give_out(world)
    first, second = let_in(world, "one"), let_in(world, "two")
    assert first.payer.payer_id != second.payer.payer_id
    assert first.device.key_id == seeded_key("one").public.key_id
    assert [balance(world, first), balance(world, second)] == [START, START]
    assert first.payer.pairwise_secret != second.payer.pairwise_secret


def test_the_same_key_again_is_the_same_guest_and_takes_no_place(world: World) -> None:
    give_out(world, most=1)
    first = let_in(world, "one")
    assert let_in(world, "one") == first
    assert balance(world, first) == START


def test_a_pass_lets_in_only_so_many(world: World) -> None:
    give_out(world, most=1)
    let_in(world, "one")
    with refused(world, GuestPassUsedUp):
        let_in(world, "two")


def test_a_key_that_is_refused_takes_no_place(world: World) -> None:
    give_out(world, most=1)
    with refused(world, KeyAlreadyRegistered), world.store.transaction() as books:
        guests.let_in(
            books,
            token=TOKEN,
            algorithm=Algorithm.ED25519,
            public_key=world.wallets["anna"].key.public.raw,
            entropy=world.entropy,
            now=NOON,
            ids=IdSource(world.entropy),
        )
    with refused(world, WeakKey), world.store.transaction() as books:
        guests.let_in(
            books,
            token=TOKEN,
            algorithm=Algorithm.ED25519,
            public_key=bytes(32),
            entropy=world.entropy,
            now=NOON,
            ids=IdSource(world.entropy),
        )
    assert let_in(world, "one").payer.currency == EUR


def test_books_without_a_pass_make_no_money(world: World) -> None:
    anna = world.wallets["anna"].payer.payer_id
    ids = IdSource(world.entropy)
    with refused(world, NoPlayMoney):
        let_in(world, "one")
    with refused(world, NoPlayMoney), world.store.transaction() as books:
        guests.top_up(books, payer_id=anna, now=NOON, ids=ids)
    with refused(world, NoPlayMoney), world.store.transaction() as books:
        guests.take_back(books, payer_id=anna, now=NOON, ids=ids)


def test_giving_the_same_pass_out_again_keeps_its_count(world: World) -> None:
    give_out(world, most=1)
    let_in(world, "one")
    give_out(world, most=1)
    with refused(world, GuestPassUsedUp):
        let_in(world, "two")


def test_play_money_is_filled_up_and_never_above_what_a_guest_begins_with(world: World) -> None:
    give_out(world)
    guest = let_in(world, "one")
    ids = IdSource(world.entropy)
    with world.store.transaction() as books:
        assert guests.top_up(books, payer_id=guest.payer.payer_id, now=NOON, ids=ids) == START
        guests.take_back(books, payer_id=guest.payer.payer_id, now=NOON, ids=ids)
        assert guests.top_up(books, payer_id=guest.payer.payer_id, now=NOON, ids=ids) == START
    assert balance(world, guest) == START


def test_play_money_is_filled_up_only_so_often_in_a_day(world: World) -> None:
    give_out(world)
    guest = let_in(world, "one").payer.payer_id
    ids = IdSource(world.entropy)
    for _ in range(guests.TOP_UPS_A_DAY):
        with world.store.transaction() as books:
            guests.take_back(books, payer_id=guest, now=NOON, ids=ids)
            guests.top_up(books, payer_id=guest, now=NOON, ids=ids)
    with world.store.transaction() as books:
        guests.take_back(books, payer_id=guest, now=NOON, ids=ids)
    with refused(world, TooManyTopUps), world.store.transaction() as books:
        guests.top_up(books, payer_id=guest, now=NOON, ids=ids)
    with world.store.transaction() as books:
        tomorrow = later(NOON, DAY)
        assert guests.top_up(books, payer_id=guest, now=tomorrow, ids=ids) == START


def test_a_guest_who_gave_all_back_can_be_forgotten(world: World) -> None:
    give_out(world)
    guest = let_in(world, "one").payer.payer_id
    with world.store.transaction() as books:
        assert guests.take_back(books, payer_id=guest, now=NOON, ids=IdSource(world.entropy))
        erasure.erase(books, payer_id=guest, now=NOON)
    with world.store.reading() as books, pytest.raises(PayerNotFound):
        require_payer(books, guest)
