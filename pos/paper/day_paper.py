"""The report of a closed day as plain text, as wide as a receipt, in its reader's language."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from ledger.protocol.money import Money, currency
from pos.closing.day_report import DayReport, Sum
from pos.goods.catalogue import Language
from pos.paper import plain
from pos.paper.content import BANNER, NO_TILL_RECEIPT, Centred, Gap, Line, Row, Rule, words_in
from pos.paper.content import money as amount_text
from pos.paper.plain import COLUMNS

Say = Callable[..., str]


def printed(report: DayReport, language: Language = Language.EN) -> str:
    """Print a report."""
    paper = _Paper(report, language)
    return plain.text(paper.lines())


class _Paper:
    def __init__(self, report: DayReport, language: Language) -> None:
        self._report = report
        self._language = language
        self._say: Say = words_in(language).say

    def lines(self) -> Iterator[Line]:
        """Give all lines, from the banner to what has not ended."""
        yield from map(Centred, (*BANNER.split(" · "), *NO_TILL_RECEIPT))
        yield Gap()
        yield from self._head()
        yield Rule()
        yield from self._sums()
        yield Rule()
        yield from self._vat()
        if not self._report.is_clean:
            yield Rule()
            yield from self._unfinished()

    def _head(self) -> Iterator[Line]:
        report, say = self._report, self._say
        yield Centred(say("day_paper.title", number=report.z_number))
        till = say("day_paper.till", shop=report.merchant_name, till=report.terminal_id)
        yield Centred(till)
        yield Gap()
        yield Row(say("day_paper.day"), report.business_day)
        yield Row(say("day_paper.closed"), report.closed_at[:19].replace("T", " "))
        none = say("day_paper.none")
        yield Row(say("day_paper.first"), report.first_sale_id or none)
        yield Row(say("day_paper.last"), report.last_sale_id or none)

    def _sums(self) -> Iterator[Line]:
        report, say = self._report, self._say
        yield self._counted("day_paper.sales", report.sales)
        yield self._counted("day_paper.refunds", report.refunds, sign=-1)
        if report.reversals.count:
            yield self._counted("day_paper.reversals", report.reversals, sign=-1)
        if report.discounts_minor:
            yield Row(say("day_paper.coupons"), self._amount(-report.discounts_minor))
        yield Row(say("day_paper.total"), self._amount(report.total_minor))
        for row in report.acquirers:
            label = f"  {row.acquirer} ({row.sales.count} + {row.refunds.count})"
            yield Row(label, self._amount(row.total_minor))

    def _counted(self, key: str, total: Sum, *, sign: int = 1) -> Row:
        return Row(f"{self._say(key)} ({total.count})", self._amount(sign * total.amount_minor))

    def _vat(self) -> Iterator[Line]:
        say = self._say
        for row in self._report.vat:
            if row.net_minor is None or row.vat_minor is None:
                yield Row(say("day_paper.typed"), self._amount(row.gross_minor))
            else:
                label = say("day_paper.at_vat", percent=row.vat_percent)
                yield Row(label, self._amount(row.gross_minor))
                yield Row(f"  {say('day_paper.net')}", self._amount(row.net_minor))
                yield Row(f"  {say('day_paper.vat')}", self._amount(row.vat_minor))

    def _unfinished(self) -> Iterator[Line]:
        report, say = self._report, self._say
        yield from self._told(say("day_paper.unfinished"))
        for sale in report.open_sales:
            label = say("day_paper.open_sale", state=sale.state)
            yield Row(label, self._amount(sale.total_minor))
            yield Row(f"  {sale.sale_id}", "")
            yield from self._told(say("day_paper.advice." + sale.state), "  ")
        for refund in report.open_refunds:
            yield Row(say("day_paper.open_refund"), self._amount(-refund.amount_minor))
            yield Row(f"  {refund.sale_id}", "")
            yield from self._told(say("day_paper.advice.refund"), "  ")

    @staticmethod
    def _told(text: str, indent: str = "") -> Iterator[Line]:
        lines = textwrap.wrap(text, COLUMNS, initial_indent=indent, subsequent_indent=indent)
        return (Row(line, "") for line in lines)

    def _amount(self, minor_units: int) -> str:
        amount = Money(minor_units, currency(self._report.currency))
        return amount_text(amount, self._language)
