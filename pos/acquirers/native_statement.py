"""The provider's statement of a business day, page by page over its native API."""

from __future__ import annotations

from datetime import date

from ledger.client import SchemeClient
from ledger.protocol import native_api
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import from_text
from ledger.protocol.money import Currency, Money, currency
from ledger.protocol.native_wire import StatementLine, StatementView
from pos.closing.statement import Line, Statement, Totals


def statement(client: SchemeClient, day: date) -> Statement:
    """Ask for a statement with all its lines.

    Raises what the provider refuses (``BillNotReady``), ``AnswerDiffers`` for pages that don't fit
    together or another day's, and ``StatementInconsistent``.
    """
    asked = day.isoformat()
    view = client.call(native_api.GET_STATEMENT, business_day=asked)
    lines = list(view.lines)
    while len(lines) < view.line_count:
        page = client.call(
            native_api.GET_STATEMENT,
            business_day=asked,
            query={"after_line": str(lines[-1].number) if lines else "0"},
        )
        if not page.lines or page.batch_id != view.batch_id:
            raise AnswerDiffers(f"{len(lines)} of {view.line_count} lines came")
        lines += page.lines
    if view.business_day != asked or len(lines) != view.line_count:
        raise AnswerDiffers(f"it is about {view.business_day}, with {len(lines)} lines")
    return _statement(view, lines, currency(view.currency))


def _statement(view: StatementView, lines: list[StatementLine], of: Currency) -> Statement:
    return Statement(
        business_day=date.fromisoformat(view.business_day),
        currency=of,
        lines=tuple(_line(each, of) for each in lines),
        stated=Totals(
            amount=Money(view.amount_minor, of),
            discount=Money(view.discount_minor, of),
            fee=Money(view.fee_minor, of),
            net=Money(view.net_minor, of),
        ),
    )


def _line(line: StatementLine, of: Currency) -> Line:
    return Line(
        number=line.number,
        kind=line.kind,
        event_at=from_text(line.event_at),
        booked_at=from_text(line.booked_at),
        payment_id=PaymentId(line.payment_id),
        merchant_order_no=line.merchant_order_no,
        refund_id=line.refund_id,
        merchant_refund_no=line.merchant_refund_no,
        terminal_id=line.terminal_id,
        amount=Money(line.amount_minor, of),
        discount=Money(line.discount_minor, of),
        fee=Money(line.fee_minor, of),
        net=Money(line.net_minor, of),
        payer_amount=Money(line.payer_amount_minor, currency(line.payer_currency)),
        rate=line.rate,
    )
