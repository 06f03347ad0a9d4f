"""What a merchant may ask about settled days: the statement, as JSON and as documents."""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.settlement import camt053, csv_statement, statement
from ledger.core.settlement.business_days import day_from_text
from ledger.core.settlement.statement import Statement
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire


def get_statement(provider: Provider, books: Books, call: Call) -> wire.StatementView:
    """Tell a closed business day: its sums, and a page of its lines."""
    del provider
    found = _statement(books, call)
    after = int(call.query.get("after_line", "0"))
    lines = books.settlement.lines(found.batch.batch_id, after, statement.PAGE)
    return mapping.statement_view(found.batch, lines)


def get_statement_csv(provider: Provider, books: Books, call: Call) -> wire.StatementCsv:
    """Give a closed business day as a table."""
    del provider
    batch = _statement(books, call).batch
    rows = csv_statement.rows(batch, statement.all_lines(books, batch.batch_id))
    return wire.StatementCsv(text="".join(rows))


def get_statement_camt(provider: Provider, books: Books, call: Call) -> wire.StatementCamt:
    """Give a closed business day as camt.053."""
    del provider
    found = _statement(books, call)
    parts = camt053.parts(found, statement.all_lines(books, found.batch.batch_id))
    return wire.StatementCamt(text="".join(parts))


def _statement(books: Books, call: Call) -> Statement:
    return statement.statement(
        books,
        merchant_id=call.merchant_id,
        business_day=day_from_text(call.path["business_day"]),
    )
