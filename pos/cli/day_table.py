"""A comparison of a day as a table for a terminal: what differs, what it means, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ledger.protocol.money import Money, currency, to_decimal
from pos.web.day_views import DifferenceView, ReconciliationView

WIDTH = 88


def printed(found: ReconciliationView) -> str:
    """Print what came of a comparison."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: ReconciliationView) -> Iterator[str]:
    count = found.difference_count
    said = f"{count} difference{'s' * (count > 1)}" if count else "both sides agree"
    yield f"{found.business_day}: {said}"
    yield ""
    yield from _sums(found)
    for number, each in enumerate(found.differences, start=1):
        yield ""
        yield from _difference(found, number, each)
    hidden = count - len(found.differences)
    if hidden:
        yield ""
        yield f"and {hidden} more"


def _sums(found: ReconciliationView) -> Iterator[str]:
    yield _row("movements that agree", str(found.matched))
    yield _row("total of the till", _amount(found, found.till_total_minor))
    yield _row("total of the statement", _amount(found, found.statement_total_minor))
    if found.discount_minor:
        yield _row("own coupons in the statement", _amount(found, found.discount_minor))
    yield _row("fees in the statement", _amount(found, found.fee_minor))
    yield _row("net, as it is paid out", _amount(found, found.net_minor))
    if found.elsewhere_count:
        label = f"not compared: other tills ({found.elsewhere_count})"
        yield _row(label, _amount(found, found.elsewhere_minor))
    if found.shared_count:
        label = f"not compared: shared with others ({found.shared_count})"
        yield _row(label, _amount(found, found.shared_minor))
    for each in found.awaited:
        yield _row("expected in the next statement", _amount(found, each.amount_minor))


def _difference(found: ReconciliationView, number: int, each: DifferenceView) -> Iterator[str]:
    line = "" if each.line is None else f"line {each.line}"
    effect = _amount(found, each.effect_minor) if each.effect_minor else ""
    yield f"{number:>3}  {each.kind:<20} {line:<10} {effect:>20}".rstrip()
    yield f"     order number {each.merchant_order_no}, payment {each.payment_id}"
    if each.sale_id:
        yield f"     sale {each.sale_id}"
    if each.merchant_refund_no:
        yield f"     refund {each.merchant_refund_no}"
    for sentence in (each.meaning, f"Found: {each.found}.", f"To do: {each.advice}"):
        yield from textwrap.wrap(sentence, WIDTH, initial_indent=" " * 5, subsequent_indent=" " * 5)


def _amount(found: ReconciliationView, minor_units: int) -> str:
    return f"{to_decimal(Money(minor_units, currency(found.currency)))} {found.currency}"


def _row(label: str, value: str) -> str:
    return f"     {label:<36} {value:>20}"
