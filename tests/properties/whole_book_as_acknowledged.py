"""The whole book, and what was told outside of it: acknowledged, signed, stated, in this sequence.

Sums can't show that a payment was lost whole. So everything that parties were given is kept, and
looked for in the books after each step: each receipt word for word, verified with nothing but the
published keys (INV-2, INV-9); each entry behind those that were there before, and all in one chain
(INV-11, INV-12); each statement of a settled day, the same for ever, with the sums of its batch
(INV-10).
"""

from __future__ import annotations

from hypothesis.stateful import invariant

from ledger.core.records.settlement import Batch
from ledger.core.settlement import csv_statement
from ledger.ops.audit import CHECKS
from ledger.protocol import messages
from ledger.protocol.messages import Receipt, Signed
from ledger.protocol.signing import KeyDirectory
from tests.properties.whole_book import MANY
from tests.properties.whole_book_with_grants import WholeBookWithGrants


class WholeBookAsAcknowledged(WholeBookWithGrants):
    """Everything that happens, beside a memory of what was told about it."""

    def __init__(self) -> None:
        super().__init__()
        self.world.wait(1)  # identifiers sort by the time, and the world was set up in this instant
        self.acknowledged: dict[str, tuple[Signed, Receipt]] = {}
        self.entries: list[str] = []
        self.statements: dict[str, str] = {}

    def settle(self, receipt: Signed, name: str) -> str:
        with self.world.store.reading() as books:
            published = KeyDirectory(books.directory.published_keys())
        said = messages.open_receipt(receipt, published)
        assert self.acknowledged.setdefault(said.receipt_id, (receipt, said)) == (receipt, said)
        return super().settle(receipt, name)

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        with self.world.store.reading() as books:
            for receipt, said in self.acknowledged.values():
                kept = books.receipts.find(said.receipt_id)
                payment = books.payments.find(said.payment_id)
                assert kept is not None
                assert payment is not None
                assert kept.signed == receipt
                assert payment.paid_at is not None
                assert payment.merchant_order_no == said.merchant_order_no

    @invariant()
    def what_was_signed_holds_and_the_chain_is_whole(self) -> None:
        with self.world.store.reading() as books:
            assert [finding for check in CHECKS for finding in check(books)] == []

    @invariant()
    def the_journal_only_grows_at_its_end(self) -> None:
        with self.world.store.reading() as books:
            entries = [entry.entry_id for entry in books.journal.latest_entries(MANY)][::-1]
        assert entries[: len(self.entries)] == self.entries
        self.entries = entries

    @invariant()
    def each_statement_says_the_same_for_ever_and_adds_up(self) -> None:
        for batch in self.sent:
            text = self.statement_of(batch)
            assert self.statements.setdefault(batch.batch_id, text) == text

    def statement_of(self, batch: Batch) -> str:
        """Write a batch's statement anew; its lines are the sums that were paid."""
        lines = self.days.lines(batch)
        sums = (batch.line_count, batch.amount_minor, batch.fee_minor, batch.net_minor)
        assert sums == (
            len(lines),
            sum(line.amount_minor for line in lines),
            sum(line.fee_minor for line in lines),
            sum(line.net_minor for line in lines),
        )
        return "".join(csv_statement.rows(batch, lines))
