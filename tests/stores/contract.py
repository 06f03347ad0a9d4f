"""What every store of the books must do, whatever it keeps them in.

A test module of an engine derives a class from ``StoreContract`` and gives it a fixture ``store``:

    class TestTheBooksInMemory(StoreContract):
        @pytest.fixture
        def store(self) -> Iterator[BooksStore]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from ledger.core import idempotency
from ledger.core.books.accounts import merchant_account, payer_account
from ledger.core.checkout.consents import Consent
from ledger.core.idempotency import Reply
from ledger.core.parties import register
from ledger.core.ports import Books
from ledger.core.records.journal import Account, EntryKind, JournalEntry, Posting
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment, StateChange
from ledger.core.returns import refunds, undelivered
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import (
    OrderAlreadyPaid,
    OrderClaimed,
    OrderState,
    RefundExceedsCaptured,
)
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import Kind, RequestId, payment_id_of
from ledger.protocol.instants import later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent
from ledger.protocol.money import Money, currency
from ledger.store import BooksStore
from tests.core.demo_world import NOON, SHOP, World
from tests.stores.at_once import at_once
from tests.stores.deposit_contract import DepositContract
from tests.stores.notice_contract import NoticeContract
from tests.stores.vendor_contract import VendorContract

EUR = currency("EUR")


class SecondThoughts(Exception):
    """Why a test gives up in the middle."""


def _add_and_give_up(books: Books, payment: Payment) -> None:
    books.payments.add(payment)
    raise SecondThoughts


class StoreContract(DepositContract, NoticeContract, VendorContract):
    """The suite; ``world`` is the demo world in the store under test."""

    @pytest.fixture
    def world(self, store: BooksStore) -> World:
        return World(store)

    # --- Units of work ------------------------------------------------------------------------

    def test_a_transaction_that_ends_well_is_kept(self, world: World) -> None:
        payment = world.request(100)
        with world.store.reading() as books:
            assert books.payments.find(payment.payment_id) == payment

    def test_of_a_transaction_that_raises_nothing_is_kept(self, world: World) -> None:
        request = world.new_request(100)
        payment = _payment(world, request.request_id)
        with pytest.raises(SecondThoughts), world.store.transaction() as books:
            _add_and_give_up(books, payment)
        with world.store.reading() as books:
            assert books.payments.page("", 10) == []

    def test_a_savepoint_that_raises_is_undone_alone(self, world: World) -> None:
        kept, undone = (_payment(world, world.ids.body(NOON)) for _ in range(2))
        with world.store.transaction() as books:
            books.payments.add(kept)
            with pytest.raises(SecondThoughts), books.savepoint():
                _add_and_give_up(books, undone)
            assert books.payments.find(undone.payment_id) is None
        with world.store.reading() as books:
            assert books.payments.page("", 10) == [kept]

    def test_savepoints_may_stand_inside_of_each_other(self, world: World) -> None:
        outer, inner = (_payment(world, world.ids.body(NOON)) for _ in range(2))
        with world.store.transaction() as books, books.savepoint():
            books.payments.add(outer)
            with pytest.raises(SecondThoughts), books.savepoint():
                _add_and_give_up(books, inner)
        with world.store.reading() as books:
            assert books.payments.page("", 10) == [outer]

    def test_a_refused_row_does_not_spoil_the_savepoint_around_it(self, world: World) -> None:
        payment = _payment(world, world.ids.body(NOON))
        with world.store.transaction() as books:
            books.payments.add(payment)
            with pytest.raises(InvariantBroken), books.savepoint():
                books.payments.add(payment)
        with world.store.reading() as books:
            assert books.payments.page("", 10) == [payment]

    def test_whoever_looks_can_not_write(self, world: World) -> None:
        payment = _payment(world, world.ids.body(NOON))
        with world.store.reading() as books:
            with pytest.raises(InvariantBroken):
                books.payments.add(payment)
            with pytest.raises(InvariantBroken), books.savepoint():
                pass
        with world.store.reading() as books:
            assert books.payments.page("", 10) == []

    # --- Records come back as they were given -----------------------------------------------------

    def test_a_payment_with_everything_in_it_comes_back_as_it_was(self, world: World) -> None:
        payment = replace(
            _payment(world, world.ids.body(NOON)),
            subject="Größe „L“ 大号 🥟",
            basket_hash="ab" * 32,
            request_text="type=request/v1\nsubject=ä\n",
        )
        with world.store.transaction() as books:
            books.payments.add(payment)
            assert books.payments.find(payment.payment_id) == payment
            assert books.payments.by_order_no(SHOP, payment.merchant_order_no) == payment

    def test_what_became_of_a_refund_takes_the_place_of_what_was_accepted(
        self, world: World
    ) -> None:
        payment, now, ids, key = world.paid(1295), world.now, world.ids, world.key
        wanted = partial(undelivered.accept, payment=payment, amount=Money(295, EUR), fails=False)
        with world.store.transaction() as books:
            waiting = wanted(books, merchant_refund_no="R1", now=now, ids=ids, key=key)
        with world.store.transaction() as books:
            given = refunds.deliver(books, waiting=waiting, now=now, ids=ids, key=key)
        with world.store.reading() as books:
            assert books.payments.refunds(payment.payment_id) == [given.refund]
        assert (waiting.state, given.refund.state) == ("PROCESSING", "SUCCEEDED")
        assert audit(world.store) == []

    def test_a_journey_leaves_records_that_come_back_as_they_were(self, world: World) -> None:
        payment = world.paid(1295, "li-wei")
        refund = world.refund(payment, 295, "R1", "broken").refund
        with world.store.reading() as books:
            claim = books.payments.claim(payment.payment_id)
            assert claim is not None
            assert claim.quote_id is not None
            quote = books.payments.quote(claim.quote_id)
            assert quote is not None
            assert (quote.payer_amount, str(quote.rate)) == (claim.payer_amount, "125/16")
            assert books.payments.refund(SHOP, "R1") == refund
            assert books.payments.refunds(payment.payment_id) == [refund]
            assert [step.number for step in books.payments.history(payment.payment_id)] == [
                1,
                2,
                3,
                4,
            ]
            kinds = [entry.kind for entry in books.journal.entries_of_payment(payment.payment_id)]
            assert kinds == [EntryKind.CAPTURE, EntryKind.REFUND]

    def test_pages_go_through_everything_once(self, world: World) -> None:
        payments = [world.request(100) for _ in range(5)]
        found: list[Payment] = []
        with world.store.reading() as books:
            while page := books.payments.page(found[-1].payment_id if found else "", 2):
                found += page
        assert found == payments

    # --- The last guards ------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "change",
        [
            lambda payment, other: replace(payment, merchant_order_no=other.merchant_order_no),
            lambda payment, other: replace(payment, payment_id=other.payment_id),
            lambda payment, _: replace(payment, merchant_id="M-nobody"),
            lambda payment, _: replace(payment, amount=Money(10**11 + 1, EUR)),
            lambda payment, _: replace(payment, amount=Money(0, EUR)),
            lambda payment, _: replace(payment, refunded=Money(1, EUR)),
            lambda payment, _: replace(payment, state=PaymentState.PAID),
            lambda payment, _: replace(payment, paid_at=NOON),
            lambda payment, _: replace(payment, payer_refunded_minor=1),
            lambda payment, _: replace(payment, version=0),
            lambda payment, _: replace(payment, state=PaymentState.HELD),
            lambda payment, _: replace(payment, intent=Intent.DEPOSIT),
        ],
        ids=[
            "order number twice",
            "id twice",
            "nobody's",
            "too much",
            "nothing",
            "refunded unpaid",
            "paid without payer",
            "paid without amount",
            "given back unpaid",
            "no version",
            "a sale that is held",
            "a deposit held for ever",
        ],
    )
    def test_a_payment_that_can_not_be_is_not_kept(
        self, world: World, change: Callable[[Payment, Payment], Payment]
    ) -> None:
        other = world.request(100)
        impossible = change(_payment(world, world.ids.body(NOON)), other)
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.payments.add(impossible)

    def test_a_payment_that_has_changed_meanwhile_is_not_overwritten(self, world: World) -> None:
        seen = world.request(100)
        world.claim(seen, "anna")
        late = replace(seen, state=PaymentState.CLOSED, version=seen.version + 1)
        with pytest.raises(OrderState), world.store.transaction() as books:
            books.payments.replace(seen, late)

    def test_a_step_of_history_is_written_once(self, world: World) -> None:
        payment = world.request(100)
        step = StateChange(
            payment.payment_id,
            1,
            None,
            None,
            PaymentState.AWAITING_PAYER,
            NOON,
        )
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.payments.add_step(step)
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.payments.add_step(replace(step, number=2))

    def test_a_posting_that_starts_from_another_balance_is_refused(self, world: World) -> None:
        account = merchant_account(SHOP, EUR)
        with world.store.transaction() as books:
            books.journal.open_accounts([account])
        entry = _entry(world, account, before=5)
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.journal.append(entry)

    def test_a_second_capture_of_a_payment_is_refused(self, world: World) -> None:
        payment = world.paid(100)
        again = replace(
            _entry(world, merchant_account(SHOP, EUR), before=100),
            kind=EntryKind.CAPTURE,
            payment_id=payment.payment_id,
        )
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.journal.append(again)

    def test_an_account_below_its_floor_is_refused(self, world: World) -> None:
        with world.store.transaction() as books:
            floored = payer_account("pyr_nobody", EUR)
            books.journal.open_accounts([floored])
        entry = _entry(world, floored, before=0, amount_minor=-1)
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.journal.append(entry)

    def test_accounts_are_opened_once_and_keep_their_balance(self, world: World) -> None:
        world.paid(100)
        account = merchant_account(SHOP, EUR)
        with world.store.transaction() as books:
            assert books.journal.open_accounts([account])[account.account_id].balance_minor == 100

    # --- Many at once ---------------------------------------------------------------------------

    def test_a_thousand_requests_with_one_key_are_one_payment_and_one_answer(
        self, world: World
    ) -> None:
        payment = world.claim(world.request(1295), "anna").payment
        consent = world.consent(world.authorisation(payment, "anna"), "anna")

        def ask(_: int) -> str:
            with world.store.transaction() as books:
                reply = idempotency.once(
                    books,
                    scope="device:anna POST authorise",
                    key="one-key",
                    fingerprint="one-request",
                    now=world.now,
                    perform=lambda: Reply(201, world.decide_in(books, consent).receipt.text),
                    refuse=lambda refusal: Reply(refusal.status, refusal.code),
                )
            return f"{reply.status} {reply.body}"

        outcomes = at_once(1000, ask)
        assert list(outcomes.values()) == [1000]
        assert next(iter(outcomes)).startswith("201 type=receipt/v1")
        assert world.balance("anna") == 20_000 - 1_295
        assert audit(world.store) == []

    def test_of_two_payers_at_the_same_instant_one_wins(self, world: World) -> None:
        for _ in range(10):
            self._race_for_one_payment(world)
        assert audit(world.store) == []

    def _race_for_one_payment(self, world: World) -> None:
        payment = world.request(100)
        code = world.code(payment)
        names = ["anna", "yuki"]
        before = {name: world.balance(name) for name in names}

        def scan_and_pay(number: int) -> str:
            world.claim(payment, names[number], code)
            return world.authorise(payment, names[number]).payment.state

        outcomes = at_once(2, scan_and_pay)
        assert outcomes[PaymentState.PAID] == 1
        assert outcomes[OrderClaimed.code] + outcomes[OrderAlreadyPaid.code] == 1
        poorer = [name for name in names if world.balance(name) < before[name]]
        assert poorer == [name for name in names if world.payer_id(name) == _payer(world, payment)]

    def test_of_a_hundred_refunds_of_70_on_700_exactly_ten_succeed(self, world: World) -> None:
        payment = world.paid(700, "anna")
        outcomes = at_once(100, lambda number: world.refund(payment, 70, f"R{number}").refund.state)
        assert outcomes == {"SUCCEEDED": 10, RefundExceedsCaptured.code: 90}
        assert world.balance("anna") == 20_000
        assert world.payment(payment).state is PaymentState.FULLY_REFUNDED
        assert audit(world.store) == []

    def test_a_payment_that_is_paid_and_closed_at_once_is_one_or_the_other(
        self, world: World
    ) -> None:
        for _ in range(10):
            payment = world.claim(world.request(100), "anna").payment
            consent = world.consent(world.authorisation(payment, "anna"), "anna")

            actions: list[Callable[[], Payment]] = [
                partial(world.close_payment, payment),
                partial(_decide, world, consent),
            ]
            outcomes = at_once(2, partial(_state_after, actions))
            assert sorted(outcomes) in (
                [PaymentState.CLOSED, OrderState.code],
                sorted([PaymentState.PAID, OrderAlreadyPaid.code]),
            )
        assert audit(world.store) == []

    def test_a_status_set_in_one_thread_counts_in_the_next(self, world: World) -> None:
        def block(_: int) -> str:
            with world.store.transaction() as books:
                register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
            return "blocked"

        at_once(1, block)
        with world.store.reading() as books:
            assert register.require_merchant(books, SHOP).status is PartyStatus.BLOCKED


def _decide(world: World, consent: Consent) -> Payment:
    return world.decide(consent).payment


def _state_after(actions: Sequence[Callable[[], Payment]], number: int) -> str:
    return actions[number]().state


def _payment(world: World, request_id: str) -> Payment:
    request = replace(world.new_request(100), request_id=RequestId(request_id))
    return Payment(
        payment_id=payment_id_of(request_id),
        merchant_id=SHOP,
        terminal_id=request.terminal_id,
        merchant_order_no=request.merchant_order_no,
        amount=request.amount,
        subject=request.subject,
        basket_hash="",
        presented=request.presented,
        request_text="",
        state=PaymentState.AWAITING_PAYER,
        created_at=NOON,
        expires_at=later(NOON, 1000),
        refunded=Money(0, EUR),
    )


def _entry(world: World, account: Account, *, before: int, amount_minor: int = 100) -> JournalEntry:
    posting = Posting(account.account_id, Money(amount_minor, EUR), before, before + amount_minor)
    return JournalEntry(
        entry_id=world.ids.new(Kind.ENTRY, NOON),
        kind=EntryKind.ISSUANCE,
        event_at=NOON,
        booked_at=NOON,
        postings=(posting,),
    )


def _payer(world: World, payment: Payment) -> str | None:
    return world.payment(payment).payer_id
