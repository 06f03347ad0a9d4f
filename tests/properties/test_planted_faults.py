"""The machine that drives the whole book goes red for each fault that is planted in it.

A test that can't fail proves nothing. Five ways to get money wrong are built in one at a time, and
each is found within the same few examples in which sound books are green.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.core.books import flows, fx, journal
from ledger.core.checkout import authorisations
from ledger.core.records.journal import JournalEntry
from ledger.core.returns import refunds
from ledger.protocol.errors import QrpayError
from ledger.protocol.money import Money
from ledger.store.tables.journal import Journal
from tests.properties.whole_book import WholeBook

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
    monkeypatch.setattr(authorisations, "_same_consent", lambda *_: None)


def wrong_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payer's share of a refund is rounded up instead of down."""

    def payer_share(given_back: Money, *, of: Money, paid: Money) -> Money:
        share = -(-paid.minor_units * given_back.minor_units // of.minor_units)
        return Money(share, paid.currency)

    monkeypatch.setattr(fx, "payer_share", payer_share)


FAULTS: list[Plant] = [
    forgotten_posting,
    double_credit,
    refund_over_captured,
    skipped_idempotency,
    wrong_rounding,
]


def test_sound_books_are_green() -> None:
    run_state_machine_as_test(WholeBook, settings=SHORT)


@pytest.mark.parametrize("plant", FAULTS, ids=[fault.__name__ for fault in FAULTS])
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, QrpayError)):
        run_state_machine_as_test(WholeBook, settings=SHORT)
