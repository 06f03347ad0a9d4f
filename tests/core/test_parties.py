"""Who is let in: under which ids, with keys nobody can forge, by tokens that work once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.parties import enrolment, keys, pairwise, register
from ledger.core.parties.enrolment import DeviceEnrolment, TerminalEnrolment
from ledger.core.records.parties import Names, PartyStatus, Payer, Terminal
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    EnrolmentTokenInvalid,
    MerchantNotFound,
    PayerNotFound,
    TerminalNotFound,
)
from ledger.protocol.errors.content import FieldFormat, IdentifierFormat
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import (
    KeyAlreadyRegistered,
    KeyExpired,
    KeyFormat,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
    WeakKey,
)
from ledger.protocol.identifiers import Kind, PayerId
from ledger.protocol.instants import DAY, later
from ledger.protocol.money import currency
from ledger.protocol.signing import Algorithm, PrivateKey
from tests.core.demo_world import KIOSK, NOON, SHOP, World, seeded_key, shop
from tests.core.state import refused, state_of

THIRD = "M2088DEMO000003"


# --- Register ---------------------------------------------------------------------------------


def test_ids_must_be_of_their_form(world: World) -> None:
    payer = world.wallets["anna"].payer
    with refused(world, IdentifierFormat), world.store.transaction() as books:
        register.register_merchant(books, merchant=shop("M 1", "Backhaus", zh="面包房"))
    with refused(world, IdentifierFormat), world.store.transaction() as books:
        register.register_terminal(books, terminal=Terminal(SHOP, "T/1", "T", "M"))
    with refused(world, IdentifierFormat), world.store.transaction() as books:
        register.register_payer(books, payer=replace(payer, payer_id=PayerId("anna")))


def test_nobody_is_registered_twice(world: World) -> None:
    again = shop(SHOP, "Backhaus", zh="面包房")
    with refused(world, InvariantBroken), world.store.transaction() as books:
        register.register_merchant(books, merchant=again)
    with refused(world, InvariantBroken), world.store.transaction() as books:
        register.register_payer(books, payer=world.wallets["anna"].payer)


def test_a_terminal_belongs_to_a_merchant_that_exists(world: World) -> None:
    with refused(world, MerchantNotFound), world.store.transaction() as books:
        register.register_terminal(books, terminal=Terminal(THIRD, "T01", "T", "M"))


def test_a_payers_secret_has_its_full_length(world: World) -> None:
    payer = replace(
        world.wallets["anna"].payer,
        payer_id=PayerId(world.ids.new(Kind.PAYER, NOON)),
        pairwise_secret=b"short",
    )
    with refused(world, FieldFormat), world.store.transaction() as books:
        register.register_payer(books, payer=payer)


def test_whoever_does_not_exist_can_not_be_blocked(world: World) -> None:
    with refused(world, MerchantNotFound), world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=THIRD, status=PartyStatus.BLOCKED)
    with refused(world, PayerNotFound), world.store.transaction() as books:
        register.set_payer_status(
            books, payer_id=PayerId("pyr_01KAK9Q3ZV7T2M5X8B4C6D0E"), status=PartyStatus.BLOCKED
        )


def test_a_payer_is_another_stranger_to_each_merchant(world: World) -> None:
    anna, yuki = world.wallets["anna"].payer, world.wallets["yuki"].payer
    ids = {pairwise.ppid(payer, merchant) for payer in (anna, yuki) for merchant in (SHOP, KIOSK)}
    assert len(ids) == 4
    assert pairwise.ppid(anna, SHOP) == pairwise.ppid(anna, SHOP)
    assert all(len(ppid) == 26 and anna.payer_id not in ppid for ppid in ids)


def test_secrets_are_not_shown_by_accident(world: World) -> None:
    wallet = world.wallets["anna"]
    assert wallet.payer.pairwise_secret.hex() not in repr(wallet)
    assert repr(wallet.payer.pairwise_secret) not in repr(wallet.payer)
    assert repr(wallet.device.code_secret) not in repr(wallet.device)


# --- Enrolment --------------------------------------------------------------------------------


TILL_TOKEN, PHONE_TOKEN = "till-token", "phone-token"


def enrol_terminal(world: World, token: str, key: PrivateKey) -> TerminalEnrolment:
    with world.store.transaction() as books:
        return enrolment.enrol_terminal(
            books,
            token=token,
            algorithm=key.public.algorithm,
            public_key=key.public.raw,
            now=world.now,
        )


def enrol_device(
    world: World, token: str, key: PrivateKey, code_secret: bytes | None = None
) -> DeviceEnrolment:
    with world.store.transaction() as books:
        return enrolment.enrol_device(
            books,
            token=token,
            algorithm=key.public.algorithm,
            public_key=key.public.raw,
            code_secret=world.entropy(32) if code_secret is None else code_secret,
            now=world.now,
            ids=world.ids,
        )


def invite(world: World, token: str = TILL_TOKEN) -> None:
    with world.store.transaction() as books:
        enrolment.invite_terminal(
            books, token=token, merchant_id=SHOP, terminal_id="T02", now=world.now
        )


def invite_anna(world: World) -> None:
    with world.store.transaction() as books:
        enrolment.invite_device(
            books, token=PHONE_TOKEN, payer_id=world.payer_id("anna"), now=world.now
        )


def test_a_token_lets_one_key_in_for_one_terminal(world: World) -> None:
    invite(world)
    enrolled = enrol_terminal(world, "till-token", seeded_key("new till"))
    assert enrolled.key.owner == f"merchant:{SHOP}"
    assert (enrolled.merchant.merchant_id, enrolled.terminal.terminal_id) == (SHOP, "T02")


def test_the_same_token_and_key_again_is_the_same_answer(world: World) -> None:
    invite(world)
    invite_anna(world)
    till, phone = seeded_key("new till"), seeded_key("new phone")
    first = enrol_terminal(world, "till-token", till), enrol_device(world, "phone-token", phone)
    before = state_of(world.store)
    world.wait(DAY)
    again = enrol_terminal(world, "till-token", till), enrol_device(world, "phone-token", phone)
    assert again == first
    assert state_of(world.store) == before


def test_a_used_token_lets_no_other_key_in(world: World) -> None:
    invite(world)
    invite_anna(world)
    enrol_terminal(world, "till-token", seeded_key("new till"))
    enrol_device(world, "phone-token", seeded_key("new phone"))
    with refused(world, EnrolmentTokenInvalid):
        enrol_terminal(world, "till-token", seeded_key("thief"))
    with refused(world, EnrolmentTokenInvalid):
        enrol_device(world, "phone-token", seeded_key("thief"))


def test_a_token_is_for_one_kind_of_party(world: World) -> None:
    invite(world)
    invite_anna(world)
    with refused(world, EnrolmentTokenInvalid):
        enrol_device(world, "till-token", seeded_key("thief"))
    with refused(world, EnrolmentTokenInvalid):
        enrol_terminal(world, "phone-token", seeded_key("thief"))


@pytest.mark.parametrize("token", ["", "unknown", "till-token ", "\ud800"])
def test_an_unknown_token_is_told_like_a_used_one(world: World, token: str) -> None:
    invite(world)
    with refused(world, EnrolmentTokenInvalid):
        enrol_terminal(world, token, seeded_key("thief"))


def test_the_token_itself_is_not_kept(world: World) -> None:
    invite(world, "a-very-secret-token")
    assert b"a-very-secret-token" not in world.sqlite._connection.serialize("main")


def test_one_key_can_not_belong_to_two(world: World) -> None:
    invite(world)
    invite_anna(world)
    with refused(world, KeyAlreadyRegistered):
        enrol_terminal(world, "till-token", seeded_key("till one"))
    with refused(world, KeyAlreadyRegistered):
        enrol_device(world, "phone-token", seeded_key("till one"))


P256_OFF_CURVE = b"\x04" + bytes(31) + b"\x01" + bytes(31) + b"\x01"
WEAK: dict[str, tuple[Algorithm, bytes, type[QrpayError]]] = {
    "identity": (Algorithm.ED25519, b"\x01" + bytes(31), WeakKey),
    "order two": (Algorithm.ED25519, b"\xec" + b"\xff" * 30 + b"\x7f", WeakKey),
    "order four": (Algorithm.ED25519, bytes(32), WeakKey),
    "too short": (Algorithm.ED25519, bytes(31), KeyFormat),
    "compressed": (Algorithm.P256, b"\x02" + bytes(32), KeyFormat),
    "off the curve": (Algorithm.P256, P256_OFF_CURVE, WeakKey),
}


@pytest.mark.parametrize(("algorithm", "raw", "rule"), WEAK.values(), ids=list(WEAK))
def test_a_key_that_anybody_can_sign_with_is_refused(
    world: World, algorithm: Algorithm, raw: bytes, rule: type[QrpayError]
) -> None:
    invite(world)
    with refused(world, rule), world.store.transaction() as books:
        enrolment.enrol_terminal(
            books, token="till-token", algorithm=algorithm, public_key=raw, now=world.now
        )


def test_an_invitation_is_for_somebody_who_exists(world: World) -> None:
    with refused(world, TerminalNotFound), world.store.transaction() as books:
        enrolment.invite_terminal(
            books, token="x", merchant_id=SHOP, terminal_id="T09", now=world.now
        )
    with refused(world, PayerNotFound), world.store.transaction() as books:
        enrolment.invite_device(
            books, token="x", payer_id=PayerId("pyr_01KAK9Q3ZV7T2M5X8B4C6D0E"), now=world.now
        )


def test_a_devices_secret_has_its_full_length(world: World) -> None:
    invite_anna(world)
    with refused(world, FieldFormat):
        enrol_device(world, "phone-token", seeded_key("new phone"), code_secret=b"short")


# --- Keys ---------------------------------------------------------------------------------------


def test_the_ledgers_own_key_is_registered_once(world: World) -> None:
    before = state_of(world.store)
    with world.store.transaction() as books:
        record = keys.admit_ledger_key(books, public_key=world.key.public, now=world.now)
    assert (record.owner, record.key_id) == ("ledger", world.key.public.key_id)
    assert state_of(world.store) == before


def test_somebody_elses_key_does_not_become_the_ledgers(world: World) -> None:
    with refused(world, KeyAlreadyRegistered), world.store.transaction() as books:
        keys.admit_ledger_key(books, public_key=world.till_keys[SHOP].public, now=world.now)


def test_only_keys_of_the_ledger_and_of_merchants_are_published(world: World) -> None:
    with world.store.reading() as books:
        owners = {record.owner for record in books.directory.published_keys()}
    assert owners == {"ledger", f"merchant:{SHOP}", f"merchant:{KIOSK}"}


def test_a_key_ends_by_itself_after_five_years(world: World) -> None:
    key_id = world.till_keys[SHOP].public.key_id
    with world.store.reading() as books:
        record = keys.key_record(books, key_id=key_id)
    assert record.require(at=later(NOON, 5 * 365 * DAY - 1)) == record
    with pytest.raises(KeyExpired):
        record.require(at=later(NOON, 5 * 365 * DAY))


def test_a_retired_key_holds_for_what_it_signed_and_a_revoked_one_for_nothing(
    world: World,
) -> None:
    key_id = world.till_keys[SHOP].public.key_id
    world.wait(DAY)
    with world.store.transaction() as books:
        retired = keys.retire(books, key_id=key_id, now=world.now)
    assert retired.require(at=NOON) == retired
    with pytest.raises(KeyExpired):
        retired.require(at=world.now)
    with world.store.transaction() as books:
        revoked = keys.revoke(books, key_id=key_id)
        assert books.directory.key(key_id) == revoked
    with pytest.raises(KeyRevoked):
        revoked.require(at=NOON)


@pytest.mark.parametrize(
    ("key_id", "rule"),
    [("k2222222", KeyUnknown), ("../../x", KidFormat), ("' or 1=1", KidFormat)],
)
def test_an_unknown_key_id_is_named_as_such(
    world: World, key_id: str, rule: type[QrpayError]
) -> None:
    with refused(world, rule), world.store.reading() as books:
        keys.key_record(books, key_id=key_id)


def test_display_names_are_kept_in_three_languages(world: World) -> None:
    with world.store.reading() as books:
        merchant = register.require_merchant(books, SHOP)
    assert merchant.names == Names("Demo Drogerie", "Demo Drogerie", "示范药妆店")
    assert merchant.currency == currency("EUR")


def test_a_payer_record_comes_back_as_it_was_given(world: World) -> None:
    given = world.wallets["anna"].payer
    with world.store.reading() as books:
        found: Payer | None = books.directory.payer(given.payer_id)
    assert found == given
