"""The report of a closed day as plain text, as wide as a receipt."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ledger.protocol.money import Money, currency, to_decimal
from pos.closing.day_report import DayReport, Sum
from pos.paper.content import BANNER, NO_CASH_REGISTER
from pos.paper.plain import COLUMNS


def printed(report: DayReport) -> str:
    """Print a report."""
    return "\n".join(_paper(report)) + "\n"


def _paper(report: DayReport) -> Iterator[str]:
    yield from (part.center(COLUMNS).rstrip() for part in BANNER.split(" · "))
    yield NO_CASH_REGISTER.center(COLUMNS).rstrip()
    yield ""
    yield f"Day report Z {report.z_number}".center(COLUMNS).rstrip()
    yield f"{report.merchant_name}, till {report.terminal_id}".center(COLUMNS).rstrip()
    yield ""
    yield _row("Business day", report.business_day)
    yield _row("Closed (UTC)", report.closed_at[:19].replace("T", " "))
    yield _row("First sale", "")
    yield _row("", report.first_sale_id or "none")
    yield _row("Last sale", "")
    yield _row("", report.last_sale_id or "none")
    yield "-" * COLUMNS
    yield from _sums(report)
    yield "-" * COLUMNS
    yield from _vat(report)
    yield from _unfinished(report)


def _sums(report: DayReport) -> Iterator[str]:
    yield _row(f"Sales ({report.sales.count})", _amount(report, report.sales.amount_minor))
    yield _row(f"Refunds ({report.refunds.count})", _amount(report, -report.refunds.amount_minor))
    if report.reversals.count:
        label = f"Reversals ({report.reversals.count})"
        yield _row(label, _amount(report, -report.reversals.amount_minor))
    if report.discounts_minor:
        yield _row("Own coupons", _amount(report, -report.discounts_minor))
    yield _row("Total, all without cash", _amount(report, report.total_minor))
    for row in report.acquirers:
        yield _row(
            f"  {row.acquirer} ({_both(row.sales, row.refunds)})", _amount(report, row.total_minor)
        )


def _both(sales: Sum, refunds: Sum) -> str:
    return f"{sales.count} + {refunds.count}"


def _vat(report: DayReport) -> Iterator[str]:
    for row in report.vat:
        if row.net_minor is None or row.vat_minor is None:
            yield _row("Typed amounts, rate unknown", _amount(report, row.gross_minor))
        else:
            yield _row(f"At {row.vat_percent} % VAT", _amount(report, row.gross_minor))
            yield _row("  net", _amount(report, row.net_minor))
            yield _row("  VAT", _amount(report, row.vat_minor))


def _unfinished(report: DayReport) -> Iterator[str]:
    if report.is_clean:
        return
    yield "-" * COLUMNS
    yield "Not ended, counted on a later day:"
    for sale in report.open_sales:
        yield _row(f"Sale, {sale.state}", _amount(report, sale.total_minor))
        yield f"  {sale.sale_id}"
        yield from _indented(sale.advice)
    for refund in report.open_refunds:
        yield _row("Refund, outcome unknown", _amount(report, -refund.amount_minor))
        yield f"  {refund.sale_id}"
        yield from _indented("Wait: the till asks until it knows.")


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, initial_indent="  ", subsequent_indent="  ")


def _amount(report: DayReport, minor_units: int) -> str:
    return f"{to_decimal(Money(minor_units, currency(report.currency)))} {report.currency}"


def _row(label: str, value: str) -> str:
    return (label + value.rjust(COLUMNS - len(label))).rstrip()
