"""A payer who leaves is forgotten to the last byte, and the books stand as they stood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import apsw
import pytest

from ledger.core import idempotency
from ledger.core.books import issuance
from ledger.core.idempotency import Reply
from ledger.core.parties import enrolment, keys, pairwise, register
from ledger.core.privacy import erasure
from ledger.core.privacy.purge import scrub_after_erasures
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment
from ledger.ops.audit import audit
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import EnrolmentTokenInvalid, PayerBlocked, PayerNotFound
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.privacy import BalanceNotZero, DepositHeld, PayerErased, Unsettled
from ledger.protocol.errors.trust import KeyRevoked
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from tests.core.demo_world import EUR, KIOSK, SHOP, World, seeded_key
from tests.core.ground import Wallet
from tests.core.state import refused
from tests.privacy.filed_world import FiledWorld, deliver
from tests.stores.raw import ask

NAME = "Canary Müller-Schmidt"
FUNDS = 5_000


def erase(world: FiledWorld, name: str = NAME) -> None:
    """Erase a payer and let the sweeper scrub."""
    with world.store.transaction() as books:
        erasure.erase(books, payer_id=world.payer_id(name), now=world.now)
    scrub_after_erasures(world.store)


def newcomer(world: World) -> Wallet:
    """A payer whose every fact is a word found nowhere else."""
    wallet = world.wallets[NAME] = world.add_payer(NAME, "EUR", FUNDS - 1)
    with world.store.transaction() as books:
        issuance.issue(
            books,
            payer_id=wallet.payer.payer_id,
            amount=Money(1, EUR),
            reason="canary note for a payer",
            now=world.now,
            ids=world.ids,
        )
    world.seal()
    return wallet


def spend_all(world: World) -> list[Payment]:
    """Buy at both shops, by code too, take something back, until nothing is left."""
    paid = [world.paid(2_000, NAME), world.paid(1_000, NAME, KIOSK)]
    world.refund(paid[0], 500, "R1", "canary reason: shampoo")
    paid.append(world.collect(2_500, NAME).payment)
    world.seal()
    unpaid = world.request(1)
    world.claim(unpaid, NAME)
    world.decline(unpaid, NAME)
    deliver(world)
    return paid


def traces(wallet: Wallet) -> list[str]:
    """Everything in the books that says who a payer is, or could be used in their name."""
    merchants = (SHOP, KIOSK)
    return [
        NAME,
        wallet.payer.pairwise_secret.hex(),
        wallet.device.code_secret.hex(),
        *(pairwise.ppid(wallet.payer, merchant_id) for merchant_id in merchants),
        "canary reason",
        "canary note",
    ]


def test_who_left_is_in_no_byte_of_any_file_and_the_books_are_sound(world: FiledWorld) -> None:
    wallet = newcomer(world)
    spend_all(world)
    reply_with_a_receipt(world)
    known = traces(wallet)
    assert world.found(*known) == known
    sums = world.rows("posting"), world.rows("entry"), world.rows("receipt")
    erase(world)
    assert world.found(*known) == []
    assert (world.rows("posting"), world.rows("entry"), world.rows("receipt")) == sums
    assert audit(world.store) == []


def reply_with_a_receipt(world: World) -> None:
    """A merchant's call was answered with a receipt, and the answer is kept."""
    with world.store.transaction() as books:
        (receipt, *_) = books.receipts.of_payer(world.payer_id(NAME), 1)
        idempotency.once(
            books,
            scope=f"merchant:{SHOP} POST /v1/payments",
            key="k1",
            fingerprint="f",
            now=world.now,
            perform=lambda: Reply(201, receipt.signed.text),
            refuse=lambda error: Reply(error.status, error.code),
        )


def test_other_payers_keep_everything(world: FiledWorld) -> None:
    newcomer(world)
    spend_all(world)
    theirs = world.paid(100, "anna")
    erase(world)
    with world.store.reading() as books:
        assert books.directory.payer(world.payer_id("anna")) == world.wallets["anna"].payer
        (receipt,) = books.receipts.of_payment(theirs.payment_id)
        kept = books.payments.authorisation(theirs.payment_id)
    assert not receipt.is_erased
    assert kept is not None
    assert kept.text
    assert world.paid(100, "anna").state is PaymentState.PAID


def test_a_merchants_old_pseudonym_leads_to_nobody(world: FiledWorld) -> None:
    wallet = newcomer(world)
    spend_all(world)
    known_to_the_shop = pairwise.ppid(wallet.payer, SHOP)
    erase(world)
    with world.store.reading() as books:
        for payer in books.directory.payers():
            if payer.status is not PartyStatus.ERASED:
                assert pairwise.ppid(payer, SHOP) != known_to_the_shop
        left = books.directory.payer(wallet.payer.payer_id)
    assert left == replace(
        wallet.payer,
        display_name="",
        locale="",
        pairwise_secret=b"",
        status=PartyStatus.ERASED,
    )


def test_the_second_time_there_is_no_such_payer(world: FiledWorld) -> None:
    newcomer(world)
    spend_all(world)
    erase(world)
    with refused(world, PayerNotFound):
        erase(world)


def test_the_phone_and_its_codes_are_worth_nothing_afterwards(world: FiledWorld) -> None:
    wallet = newcomer(world)
    code = world.shown_code(NAME)
    spend_all(world)
    erase(world)
    with refused(world, PaymentAuthCodeInvalid):
        world.pay_with_code(world.new_request(1, presented=Presented.CONSUMER), code)
    with world.store.reading() as books, pytest.raises(KeyRevoked):
        keys.key_record(books, key_id=wallet.device.key_id).require(at=world.now)


def test_an_unused_invitation_lets_nobody_in_afterwards(world: FiledWorld) -> None:
    newcomer(world)
    spend_all(world)
    with world.store.transaction() as books:
        enrolment.invite_device(
            books, token="second phone", payer_id=world.payer_id(NAME), now=world.now
        )
    erase(world)
    phone = seeded_key("second phone").public
    with refused(world, EnrolmentTokenInvalid), world.store.transaction() as books:
        enrolment.enrol_device(
            books,
            token="second phone",
            algorithm=phone.algorithm,
            public_key=phone.raw,
            code_secret=bytes(32),
            now=world.now,
            ids=world.ids,
        )


def test_nothing_can_be_given_back_to_who_left(world: FiledWorld) -> None:
    newcomer(world)
    paid = spend_all(world)
    erase(world)
    with refused(world, PayerErased):
        world.refund(paid[0], 100, "R2")
    with refused(world, PayerErased):
        world.refund(paid[0], 500, "R1", "canary reason: shampoo")
    with refused(world, PayerErased):
        world.reverse(paid[1].payment_id, paid[1].merchant_order_no, KIOSK)


def leave_money(world: FiledWorld) -> None:
    world.paid(FUNDS - 1, NAME)
    deliver(world)


def hold_a_deposit(world: FiledWorld) -> None:
    world.held(FUNDS, NAME)
    deliver(world)


def scan_something(world: FiledWorld) -> None:
    spend_all(world)
    world.claim(world.request(1), NAME)


def leave_a_merchant_untold(world: FiledWorld) -> None:
    world.paid(FUNDS, NAME)


def be_blocked(world: FiledWorld) -> None:
    spend_all(world)
    with world.store.transaction() as books:
        register.set_payer_status(books, payer_id=world.payer_id(NAME), status=PartyStatus.BLOCKED)


@pytest.mark.parametrize(
    ("before", "rule"),
    [
        (leave_money, BalanceNotZero),
        (hold_a_deposit, DepositHeld),
        (scan_something, Unsettled),
        (leave_a_merchant_untold, Unsettled),
        (be_blocked, PayerBlocked),
    ],
    ids=lambda value: value.__name__,
)
def test_who_has_something_open_is_not_erased(
    world: FiledWorld, before: Callable[[FiledWorld], None], rule: type[QrpayError]
) -> None:
    newcomer(world)
    before(world)
    with refused(world, rule):
        erase(world)


def test_a_receipt_emptied_for_somebody_who_is_here_is_found_by_the_audit() -> None:
    world = World()
    world.paid(100, "anna")
    ask(world.store, "UPDATE receipt SET text = '', key_id = '', signature = ''")
    (finding,) = audit(world.store)
    assert "was not erased" in finding.detail


@pytest.mark.parametrize(
    "change", ["text = 'x'", "payer_id = ''", "text = '', occurred_at = 1", "kind = 'refund'"]
)
def test_no_receipt_can_be_edited_in_any_other_way(world: FiledWorld, change: str) -> None:
    world.paid(100, "anna")
    with pytest.raises(apsw.ConstraintError, match="never edited"):
        ask(world.store, f"UPDATE receipt SET {change}")  # noqa: S608
