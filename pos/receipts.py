"""Receipts: check the provider's signed one, and print the shop's paper with it.

A signed receipt is checked offline with the provider's published keys, when it comes in and again
whenever it is shown. The paper adds what only the shop knows: the goods, the VAT in what they cost
after the shop's own coupon (a discount lowers the price that is taxed; another's does not), and the
salt by which the basket's hash in the payment request can be proven later.

The paper says in every language that no money moved, and that it is no cash register receipt in the
sense of the German Kassensicherungsverordnung: there is no technical security device (TSE) here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from babel.numbers import format_currency

from ledger.protocol.errors.checkout import ReceiptDiffers
from ledger.protocol.instants import to_text
from ledger.protocol.messages import Receipt, ReceiptKind, Signed, discount, open_receipt
from ledger.protocol.money import Money, to_decimal
from ledger.protocol.signing import KeyDirectory
from pos.acquirers.intents import Attempt
from pos.closing.turnover import worth
from pos.goods.catalogue import Language
from pos.keys import Identity
from pos.till import Sale

BANNER = "DEMO – kein echtes Geld · no real money · 演示，非真实支付"
NO_CASH_REGISTER = "DEMO – kein Kassenbeleg"
COLUMNS = 42
"""How much fits on 80 mm of paper in font A."""

_LOCALES = {Language.DE: "de_DE", Language.EN: "en_GB", Language.ZH: "zh_Hans_CN"}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.DE: {
        "total": "Summe",
        "vat": "MwSt",
        "net": "netto",
        "payment": "Bezahlt",
        "refund": "Erstattet",
        "reversal": "Storniert",
        "late": "Kam zu spät, zurückgegeben",
        "payer_amount": "Wallet-Betrag",
        "own_coupon": "Gutschein des Hauses",
        "merchant-coupon": "davon Gutschein des Hauses",
        "coupon": "davon Gutschein",
        "points": "davon Punkte",
        "number": "Zahlung Nr.",
        "terminal": "Kasse",
        "time": "Zeit (UTC)",
        "payer": "Zahler",
        "receipt": "Beleg",
        "basket": "Warenkorb-Salz",
    },
    Language.EN: {
        "total": "Total",
        "vat": "VAT",
        "net": "net",
        "payment": "Paid",
        "refund": "Refunded",
        "reversal": "Reversed",
        "late": "Came too late, given back",
        "payer_amount": "From wallet",
        "own_coupon": "Coupon of the shop",
        "merchant-coupon": "of it by the shop's coupon",
        "coupon": "of it by coupon",
        "points": "of it by points",
        "number": "Payment no.",
        "terminal": "Till",
        "time": "Time (UTC)",
        "payer": "Payer",
        "receipt": "Receipt",
        "basket": "Basket salt",
    },
    Language.ZH: {
        "total": "合计",
        "vat": "增值税",
        "net": "净额",
        "payment": "已支付",
        "refund": "已退款",
        "reversal": "已撤销",
        "late": "付款过迟，已退回",
        "payer_amount": "钱包扣款",
        "own_coupon": "商家优惠券",
        "merchant-coupon": "其中商家优惠券",
        "coupon": "其中优惠券",
        "points": "其中积分",
        "number": "支付单号",
        "terminal": "收银机",
        "time": "时间 (UTC)",
        "payer": "付款人",
        "receipt": "凭证号",
        "basket": "购物篮盐值",
    },
}


def checked(
    signed: Signed, directory: KeyDirectory, attempt: Attempt, *, told: Money | None = None
) -> Receipt:
    """Give a receipt that the provider signed and that is about this payment.

    The price must be the sale's, whatever coupons paid of it or took off it. ``told`` is what the
    provider told beside it of the shop's own coupon, and must be what the receipt says. Raises what
    ``open_receipt`` raises, and ``ReceiptDiffers``.
    """
    receipt = open_receipt(signed, directory)
    expected = (attempt.payment_id, attempt.merchant_order_no)
    if (receipt.payment_id, receipt.merchant_order_no) != expected:
        raise ReceiptDiffers(f"it is about {receipt.payment_id}")
    if receipt.amount.currency != attempt.amount.currency:
        raise ReceiptDiffers(f"it is in {receipt.amount.currency.code}")
    whole = receipt.kind is not ReceiptKind.REFUND and not attempt.is_deposit
    if receipt.amount > attempt.amount or (whole and receipt.amount != attempt.amount):
        raise ReceiptDiffers(f"it states {receipt.amount}, the sale is {attempt.amount}")
    if told is not None and receipt.kind is ReceiptKind.PAYMENT and _discount(receipt) != told:
        raise ReceiptDiffers(f"it takes {_discount(receipt)} off, the provider told {told}")
    return receipt


def _discount(receipt: Receipt) -> Money:
    return Money(discount(receipt.funding), receipt.amount.currency)


def taken_off(sale: Sale, receipts: Sequence[Receipt]) -> Money:
    """Tell what the shop's own coupon took off a sale, by the receipt of its payment.

    A payment that was given back as a whole is none.
    """
    undone = {each.payment_id for each in receipts if each.kind is ReceiptKind.REVERSAL}
    paid = (each for each in receipts if each.kind is ReceiptKind.PAYMENT)
    off = (_discount(each) for each in paid if each.payment_id not in undone)
    return next(off, Money(0, sale.total.currency))


def printed(
    sale: Sale,
    receipts: Sequence[Receipt],
    identity: Identity,
    language: Language,
    *,
    late: Collection[str] = (),
) -> str:
    """Print a sale and its receipts as plain text, 42 columns wide.

    ``late`` names the payments that were given back because they came too late.
    """
    return "\n".join(_paper(sale, receipts, identity, language, late)) + "\n"


def _paper(
    sale: Sale,
    receipts: Sequence[Receipt],
    identity: Identity,
    language: Language,
    late: Collection[str],
) -> Iterator[str]:
    words, merchant = _WORDS[language], identity.merchant
    yield from (_centred(part) for part in BANNER.split(" · "))
    yield _centred(NO_CASH_REGISTER)
    yield ""
    yield _centred(merchant.names.get(language, merchant.name))
    yield _centred(f"{merchant.postal_code} {merchant.city}")
    yield ""
    for line in sale.basket.lines:
        named = f"{line.quantity} × {line.name.in_language(language)}"
        yield from _row(named, money(line.gross, language))
    yield _rule()
    yield from _row(words["total"], money(sale.total, language))
    off = taken_off(sale, receipts)
    if off.minor_units:
        yield from _row(words["own_coupon"], money(-off, language))
    for part in worth(sale.basket, off):
        if part.net is None:
            continue
        label = f"{words['vat']} {part.vat_percent} % ({words['net']} {money(part.net, language)})"
        yield from _row(label, money(part.gross - part.net, language))
    for receipt in receipts:
        yield _rule()
        is_late = receipt.kind is ReceiptKind.REVERSAL and receipt.payment_id in late
        yield from _movement(receipt, language, "late" if is_late else receipt.kind)
    yield _rule()
    yield from _row(words["basket"], sale.salt.hex())


def _movement(receipt: Receipt, language: Language, called: str) -> Iterator[str]:
    words = _WORDS[language]
    yield from _row(words[called], money(receipt.amount, language))
    for part in receipt.funding:
        paid = Money(part.minor_units, receipt.amount.currency)
        yield from _row(words[part.source], money(paid, language))
    if receipt.rate or receipt.funding:
        yield from _row(words["payer_amount"], money(receipt.payer_amount, language))
    yield from _row(words["number"], receipt.merchant_order_no)
    yield from _row(words["terminal"], receipt.terminal_id)
    yield from _row(words["time"], to_text(receipt.occurred_at)[:19].replace("T", " "))
    yield from _row(words["payer"], receipt.ppid)
    yield from _row(words["receipt"], receipt.receipt_id)


def money(amount: Money, language: Language) -> str:
    """Write an amount as people of a language do; another currency than theirs is named."""
    code = amount.currency.code
    return format_currency(Decimal(to_decimal(amount)), code, locale=_LOCALES[language])


def _row(label: str, value: str) -> Iterator[str]:
    """Set a label left and a value right, on two lines if they don't fit on one."""
    gap = COLUMNS - _width(label) - _width(value)
    if gap > 0:
        yield label + " " * gap + value
    else:
        yield label
        yield " " * max(0, COLUMNS - _width(value)) + value


def _centred(text: str) -> str:
    return " " * ((COLUMNS - _width(text)) // 2) + text


def _rule() -> str:
    return "-" * COLUMNS


def _width(text: str) -> int:
    """Count columns; East Asian wide and full-width characters take two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)
