"""The machine that drives the whole book goes red for each fault that is planted in it.

A test that can't fail proves nothing. Ways to get money wrong are built in one at a time, and each
is found, mostly within the few examples in which sound books are seen to be green: those of coupons
and points by the machine that gives some out, those of shares by the one that shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.core.books import flows, funding, fx, journal
from ledger.core.checkout import authorisations
from ledger.core.ports import Books
from ledger.core.records.funding import FundingLine, Grant
from ledger.core.records.journal import JournalEntry
from ledger.core.records.payments import Payment
from ledger.core.records.sharing import Share
from ledger.core.returns import refunds
from ledger.core.sharing import shares
from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Funded
from ledger.protocol.money import Money
from ledger.store.tables.funding import Funding
from ledger.store.tables.journal import Journal
from ledger.store.tables.settlement import Settlement
from tests.properties.whole_book import WholeBook
from tests.properties.whole_book_with_grants import COUPON, OWN, WholeBookWithGrants
from tests.properties.whole_book_with_settlement import WholeBookWithSettlement

FOR_EVER = Instant(10**15)

SHORT = settings(
    max_examples=40,
    stateful_step_count=30,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)

UNTIL_FOUND = settings(SHORT, max_examples=5 * SHORT.max_examples)

Plant = Callable[[pytest.MonkeyPatch], None]


def forgotten_posting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last posting of an entry is never written, and nobody reads it again."""

    def append(self: Journal, entry: JournalEntry) -> None:
        postings = entry.postings[:-1] if entry.payment_id else entry.postings
        whole(self, replace(entry, postings=postings))

    whole = Journal.append
    monkeypatch.setattr(Journal, "append", append)
    monkeypatch.setattr(journal, "_require_written", lambda *_, **__: None)


def double_credit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets something back gets it twice, in entries that sum to zero."""

    def to_payer(**sides: object) -> list[journal.Line]:
        once = right(**sides)  # type: ignore[arg-type]
        return [journal.Line(line.account, line.amount + line.amount) for line in once]

    right = flows.to_payer
    monkeypatch.setattr(flows, "to_payer", to_payer)


def refund_over_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether anything is left to give back."""
    monkeypatch.setattr(refunds, "require_refundable", lambda *_: None)


def skipped_idempotency(monkeypatch: pytest.MonkeyPatch) -> None:
    """A consent that was seen before is not known again."""
    monkeypatch.setattr(authorisations, "same_consent", lambda *_: None)


def wrong_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payer's share of a refund is rounded up instead of down."""

    def payer_share(given_back: Money, *, of: Money, paid: Money) -> Money:
        share = -(-paid.minor_units * given_back.minor_units // of.minor_units)
        return Money(share, paid.currency)

    monkeypatch.setattr(fx, "payer_share", payer_share)


def coupon_of_a_shop_paid_by_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop's own coupon is taken for one of the provider's: the shop gets the whole price."""

    def paid(lines: Iterable[FundingLine]) -> tuple[Funded, ...]:
        return funding.by_source(
            (COUPON if line.source is OWN else line.source, line.amount_minor) for line in lines
        )

    monkeypatch.setattr(funding, "paid", paid)


def coupon_used_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coupon of one shop takes something off at another."""

    def grants(self: Funding, payer_id: PayerId) -> list[Grant]:
        return [replace(grant, merchant_id="") for grant in right(self, payer_id)]

    right = Funding.grants
    monkeypatch.setattr(Funding, "grants", grants)


def coupon_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks until when a grant can be used."""

    def grants(self: Funding, payer_id: PayerId) -> list[Grant]:
        return [replace(grant, valid_until=FOR_EVER) for grant in right(self, payer_id)]

    right = Funding.grants
    monkeypatch.setattr(Funding, "grants", grants)


def coupon_given_back_by_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a refund the shop gives back also what its own coupon had taken off."""

    def discount(funded: Iterable[Funded]) -> int:
        del funded
        return 0

    monkeypatch.setattr(refunds, "discount", discount)


def refund_that_forgets_a_coupon(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a refund goes to the payer, though a coupon had paid a part."""

    def given_back(minor_units: int, *, parts: Sequence[int]) -> tuple[int, ...]:
        own = min(minor_units, parts[0])
        return (own, *right(minor_units - own, parts=parts[1:])) if parts[1:] else (minor_units,)

    right = funding.given_back
    monkeypatch.setattr(funding, "given_back", given_back)


def shares_that_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was shared before is still there to share."""

    def left_of(books: Books, payment: Payment) -> Money:
        shared = shares.received_of(books, payment.payment_id).total()
        return right(books, payment) + Money(shared, payment.amount.currency)

    right = shares.left_of
    monkeypatch.setattr(shares, "left_of", left_of)


def share_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that is asked for again is made again, under another number."""

    def share(books: Books, **asked: object) -> Share:
        number = asked["share_no"]
        return right(books, **asked | {"request_no": number})  # type: ignore[arg-type]

    right = shares.share
    monkeypatch.setattr(shares, "share", share)


def share_taken_back_from_the_merchant(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a receiver gives back is booked as if it were given once more."""

    def book(*about: object, **how: object) -> JournalEntry:
        return right(*about, **how | {"sign": 1})  # type: ignore[arg-type]

    right = shares._book
    monkeypatch.setattr(shares, "_book", book)


def receiver_who_gives_back_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what the refund costs of which a receiver gives back a part."""
    monkeypatch.setattr(shares, "_cost_of", lambda _: 10**9)


def share_that_only_its_merchant_settles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who received a share never gets it paid out."""

    def await_batch_of(
        self: Settlement, merchant_id: str, entry_id: str, currency: str, since: Instant
    ) -> None:
        if entry_id not in waiting:
            right(self, merchant_id, entry_id, currency, since)
        waiting.add(entry_id)

    waiting: set[str] = set()
    right = Settlement.await_batch_of
    monkeypatch.setattr(Settlement, "await_batch_of", await_batch_of)


FAULTS: list[Plant] = [
    forgotten_posting,
    double_credit,
    refund_over_captured,
    skipped_idempotency,
    wrong_rounding,
]


FAULTS_OF_FUNDING: list[Plant] = [
    coupon_of_a_shop_paid_by_the_provider,
    coupon_used_elsewhere,
    coupon_that_is_over,
    coupon_given_back_by_the_shop,
    refund_that_forgets_a_coupon,
]


FAULTS_OF_SHARES: list[Plant] = [
    shares_that_do_not_count,
    share_again,
    share_taken_back_from_the_merchant,
    receiver_who_gives_back_more,
    share_that_only_its_merchant_settles,
]

PLANTED: dict[type[WholeBook], list[Plant]] = {
    WholeBook: FAULTS,
    WholeBookWithGrants: FAULTS_OF_FUNDING,
    WholeBookWithSettlement: FAULTS_OF_SHARES,
}


@pytest.mark.parametrize("machine", PLANTED)
def test_sound_books_are_green(machine: type[WholeBook]) -> None:
    run_state_machine_as_test(machine, settings=SHORT)


@pytest.mark.parametrize(
    ("machine", "plant"),
    [
        pytest.param(machine, plant, id=plant.__name__)
        for machine, plants in PLANTED.items()
        for plant in plants
    ],
)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, machine: type[WholeBook], plant: Plant
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, QrpayError)):
        run_state_machine_as_test(machine, settings=UNTIL_FOUND)
