"""The report of a closed day, as a till prints it when the shop closes (in Germany the Z report).

It counts what was paid and given back since the day closed before it: each movement in exactly one
report. Amounts are minor units of ``currency``. Nothing of it is reckoned again later: the report
is stored as it was made.

What has not ended when the day is closed is named, with what to do; once it is paid, a later day
counts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from ledger.protocol.money import Money
from pos.acquirers.intents import Refund
from pos.closing.turnover import Worth, worth
from pos.till import Sale, SaleState

ADVICE: Mapping[SaleState, str] = {
    SaleState.OPEN: "Collect it, or abandon it.",
    SaleState.COLLECTING: "The payer decides: wait, or abandon it.",
    SaleState.OUTCOME_UNKNOWN: "Wait: the till is finding out whether it was paid.",
    SaleState.HELD: "Capture the deposit, or release it.",
    SaleState.REVIEW: "Look at the alarm of this sale; compare its receipts with the books.",
}
"""What to do about a sale that has not ended."""


class Sum(Struct, frozen=True, kw_only=True):
    """How many, and how much in minor units."""

    count: int
    amount_minor: int


class VatRow(Struct, frozen=True, kw_only=True):
    """Turnover at one VAT rate, refunds taken off; no rate for amounts that were typed in."""

    vat_percent: int | None
    gross_minor: int
    net_minor: int | None
    vat_minor: int | None


class AcquirerRow(Struct, frozen=True, kw_only=True):
    """What came in through one acquirer."""

    acquirer: str
    sales: Sum
    refunds: Sum
    reversals: Sum
    total_minor: int


class OpenSale(Struct, frozen=True, kw_only=True):
    """A sale that had not ended."""

    sale_id: str
    state: SaleState
    total_minor: int
    advice: str


class OpenRefund(Struct, frozen=True, kw_only=True):
    """A refund of which it was not known whether it was made."""

    merchant_refund_no: str
    sale_id: str
    amount_minor: int


class DayReport(Struct, frozen=True, kw_only=True):
    """One closed day.

    ``total_minor`` is sales less refunds and reversals and less what the shop's own coupons took
    off them (``discounts_minor``), none of it in cash. Coupons that the provider pays lower nothing
    here. The turnover by VAT rate adds up to the same.

    Reversals are of sales that were counted as paid, and that a person had given back as a whole.

    ``closed_before`` is when the day before it was closed, None for the first one.
    """

    z_number: int
    business_day: str
    closed_at: str
    closed_before: str | None
    merchant_id: str
    merchant_name: str
    terminal_id: str
    currency: str
    sales: Sum
    refunds: Sum
    reversals: Sum
    discounts_minor: int = 0
    total_minor: int
    vat: list[VatRow]
    acquirers: list[AcquirerRow]
    first_sale_id: str | None
    last_sale_id: str | None
    open_sales: list[OpenSale]
    open_refunds: list[OpenRefund]

    @property
    def is_clean(self) -> bool:
        """Tell whether everything had ended."""
        return not self.open_sales and not self.open_refunds


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a day gave back of one sale, after ``before`` was given back on earlier days.

    Both count what it cost the shop: without what falls on its own coupon, which took ``off``.
    """

    sale: Sale
    off: Money
    before: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that was paid, and what the shop's own coupon took off it."""

    sale: Sale
    off: Money


def sum_of(amounts: Sequence[Money]) -> Sum:
    """Count amounts and add them up."""
    return Sum(count=len(amounts), amount_minor=sum(each.minor_units for each in amounts))


def vat_rows(sold: Iterable[Sold], given_back: Iterable[GivenBack]) -> list[VatRow]:
    """Add the turnover up by VAT rate: each sale as its receipt states it, less each refund.

    A shop's own coupon takes from every rate in proportion, as a refund does.
    """
    rows: dict[int | None, list[int]] = {}
    for each in sold:
        _add(rows, worth(each.sale.basket, each.sale.untaken + each.off), 1)
    for back in given_back:
        before = back.sale.untaken + back.off + back.before
        _add(rows, worth(back.sale.basket, before), -1)
        _add(rows, worth(back.sale.basket, before + back.amount), 1)
    by_rate = sorted(rows.items(), key=lambda row: -1 if row[0] is None else row[0], reverse=True)
    return [_row(vat_percent, *sums) for vat_percent, sums in by_rate]


def open_sale(sale: Sale) -> OpenSale:
    """Name a sale that has not ended."""
    return OpenSale(
        sale_id=sale.sale_id,
        state=sale.state,
        total_minor=sale.total.minor_units,
        advice=ADVICE[sale.state],
    )


def open_refund(refund: Refund) -> OpenRefund:
    """Name a refund that has not ended."""
    return OpenRefund(
        merchant_refund_no=refund.merchant_refund_no,
        sale_id=refund.sale_id,
        amount_minor=refund.amount.minor_units,
    )


def _add(rows: dict[int | None, list[int]], parts: Iterable[Worth], sign: int) -> None:
    for part in parts:
        sums = rows.setdefault(part.vat_percent, [0, 0])
        sums[0] += sign * part.gross.minor_units
        sums[1] += sign * (part.net.minor_units if part.net else 0)


def _row(vat_percent: int | None, gross: int, net: int) -> VatRow:
    known = vat_percent is not None
    return VatRow(
        vat_percent=vat_percent,
        gross_minor=gross,
        net_minor=net if known else None,
        vat_minor=gross - net if known else None,
    )
