"""What a merchant may ask about settled days: the statement, as JSON."""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.settlement import statement
from ledger.core.settlement.business_days import day_from_text
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire


def get_statement(provider: Provider, books: Books, call: Call) -> wire.StatementView:
    """Tell a closed business day: its sums, and a page of its lines."""
    del provider
    found = statement.statement(
        books,
        merchant_id=call.merchant_id,
        business_day=day_from_text(call.path["business_day"]),
    )
    after = int(call.query.get("after_line", "0"))
    lines = books.settlement.lines(found.batch.batch_id, after, statement.PAGE)
    return mapping.statement_view(found.batch, lines)
