"""What stands on a paper, line by line, in the payer's language.

The goods; the VAT in what they cost after the shop's own coupon (another's coupon does not lower
the price that is taxed); each movement of money with both currencies, the rate and who set it; and
the salt by which the basket's hash in the payment request can be proven later.

The paper says in every language that no money moved, and that it is no cash register receipt in the
sense of the German Kassensicherungsverordnung: there is no technical security device (TSE) here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from babel.numbers import format_decimal

from ledger.kit import pages
from ledger.kit.pages import figures, words
from ledger.kit.pages.words import Words
from ledger.protocol.instants import to_text
from ledger.protocol.messages import Receipt, ReceiptKind
from ledger.protocol.money import Money
from pos.closing.turnover import worth
from pos.goods.catalogue import Language
from pos.keys import Identity
from pos.receipts import taken_off
from pos.till import Sale

BANNER: Final = "DEMO – kein echtes Geld · no real money · 演示，非真实支付"
NO_CASH_REGISTER: Final = "DEMO – kein Kassenbeleg"
NO_TILL_RECEIPT: Final = (NO_CASH_REGISTER, "not a till receipt", "演示，非收银小票")

_RATE_DIGITS: Final = "#,##0.######"


@dataclass(frozen=True)
class Centred:
    """A text in the middle; ``strong`` is what must not be overlooked. Templates go by ``kind``."""

    text: str
    strong: bool = False
    kind = "centred"


@dataclass(frozen=True)
class Row:
    """A label on the left, a value on the right."""

    label: str
    value: str
    strong: bool = False
    kind = "row"


@dataclass(frozen=True)
class Rule:
    """A line across."""

    kind = "rule"


@dataclass(frozen=True)
class Gap:
    """Nothing, one line high."""

    kind = "gap"


Line = Centred | Row | Rule | Gap


def of_sale(
    sale: Sale,
    receipts: Sequence[Receipt],
    identity: Identity,
    language: Language,
    *,
    late: Collection[str] = (),
) -> list[Line]:
    """Give the lines of a sale's paper.

    ``late`` names the payments that were given back because they came too late.
    """
    say = words_in(language).say
    lines: list[Line] = [*_head(identity, language)]
    for each in sale.basket.lines:
        named = f"{each.quantity} × {each.name.in_language(language)}"
        lines.append(Row(named, money(each.gross, language)))
    lines += [Rule(), Row(say("paper.total"), money(sale.total, language), strong=True)]
    lines += _taxes(sale, receipts, language)
    for receipt in receipts:
        is_late = receipt.kind is ReceiptKind.REVERSAL and receipt.payment_id in late
        lines += [Rule(), *_movement(receipt, language, "late" if is_late else receipt.kind)]
    return [*lines, Rule(), Row(say("paper.basket"), sale.salt.hex())]


def _head(identity: Identity, language: Language) -> Iterator[Line]:
    merchant = identity.merchant
    yield from (Centred(part) for part in BANNER.split(" · "))
    yield from (Centred(part, strong=True) for part in NO_TILL_RECEIPT)
    yield Gap()
    yield Centred(merchant.names.get(language, merchant.name), strong=True)
    yield Centred(f"{merchant.postal_code} {merchant.city}")
    yield Gap()


def _taxes(sale: Sale, receipts: Sequence[Receipt], language: Language) -> Iterator[Line]:
    say = words_in(language).say
    off = taken_off(sale, receipts)
    if off.minor_units:
        yield Row(say("paper.own_coupon"), money(-off, language))
    for part in worth(sale.basket, off):
        if part.net is not None:
            net = money(part.net, language)
            label = say("paper.vat", percent=part.vat_percent, net=net)
            yield Row(label, money(part.gross - part.net, language))


def _movement(receipt: Receipt, language: Language, called: str) -> Iterator[Line]:
    say = words_in(language).say
    yield Row(say("paper.kind." + called), money(receipt.amount, language), strong=True)
    for part in receipt.funding:
        paid = Money(part.minor_units, receipt.amount.currency)
        yield Row(say("paper.by." + part.source), money(paid, language))
    if receipt.rate or receipt.funding:
        yield Row(say("paper.payer_amount"), money(receipt.payer_amount, language))
    if receipt.rate:
        yield Row(say("paper.rate", by=receipt.rate_set_by), rate(receipt, language))
    yield Row(say("paper.number"), receipt.merchant_order_no)
    yield Row(say("paper.terminal"), receipt.terminal_id)
    yield Row(say("paper.time"), to_text(receipt.occurred_at)[:19].replace("T", " "))
    yield Row(say("paper.payer"), receipt.ppid)
    yield Row(say("paper.receipt"), receipt.receipt_id)


def money(amount: Money, language: Language) -> str:
    """Write an amount as people of a language do; another currency than theirs is named."""
    return figures.amount_text(amount, _page_language(language))


def rate(receipt: Receipt, language: Language) -> str:
    """Write the rate of a receipt as people do: how much one unit of the shop's currency is.

    The receipt has it in minor units, exactly; here at most six digits follow the comma.
    """
    numerator, _, denominator = receipt.rate.partition("/")
    sold, bought = receipt.amount.currency, receipt.payer_amount.currency
    exact = (Decimal(numerator) / Decimal(denominator)).scaleb(sold.exponent - bought.exponent)
    locale = figures.LOCALES[_page_language(language)]
    number = format_decimal(exact, format=_RATE_DIGITS, locale=locale)
    return f"1 {sold.code} = {number} {bought.code}"


def under_code(language: Language) -> str:
    """Say what the code at the end is for."""
    return words_in(language).say("paper.fetch")


def words_in(language: Language) -> Words:
    """Give what papers say in a language."""
    return _all_words()[_page_language(language)]


@cache
def _all_words() -> dict[pages.Language, Words]:
    return words.load("pos.paper")


def _page_language(language: Language) -> pages.Language:
    return next(each for each in pages.Language if each.short == language.value)
