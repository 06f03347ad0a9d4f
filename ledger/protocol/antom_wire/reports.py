r"""Antom's reports as files: what was transacted on a day, and what was settled, in CSV.

    /v1/settlements/<customerId>/20261122/transactionItems_20261122_000.csv
    /v1/settlements/<customerId>/20261123/settlementItems_EUR_<batch>_000.csv
    /v1/settlements/<customerId>/20261123/settlementSummary_EUR_<batch>_000.csv

UTF-8, a line of names, a row each, and ``<END>`` in the last line; a file of nothing has these two
lines. Amounts are whole minor units, though the text of the documentation says otherwise: its
samples do so. Money that went back has a minus, and so has a fee that was kept. What is settled of
a row is its amount less its fee; where the price was in another currency than the settlement, that
is the amount over the price of its quote, whose pair begins with the settlement's currency. Times
are Beijing's, and so are days.

Source: Antom's in-store documentation, "Transaction Items", "Settlement Items" and "Settlement
Summary", with their samples.

    >>> Row = TransactionRow
    >>> item = Row("PAYMENT", Ids("P1", "", "R1", "", "M1", "S1"), Instant(0), Money(450, EUR))
    >>> transactions("1022", [item]).splitlines()[1][:59]
    '1022,M1,S1,P1,,R1,,,CONNECT_WALLET,ALIPAY_CN,PAYMENT,1970-0'
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.protocol.alipay_wire.spelling import BEIJING
from ledger.protocol.instants import Instant, to_seconds
from ledger.protocol.money import Money, currency

END: Final = "<END>"
ACQUIRER: Final = "QRPAY_SANDBOX"
METHOD, PSP, PRODUCT = "CONNECT_WALLET", "ALIPAY_CN", "IN_STORE_PAYMENT"
EUR: Final = currency("EUR")

TRANSACTIONS: Final = (
    "customerId,referenceMerchantId,referenceStoreId,transactionId,originalTransactionId,"
    "transactionRequestId,referenceTransactionId,orderDescription,paymentMethodType,pspName,"
    "transactionType,paymentTime,productCode,transactionAmountValue,transactionCurrency"
)
ITEMS: Final = (
    "settlementBatchId,acquirer,customerId,acquirerReferenceNo,referenceMerchantId,"
    "referenceStoreId,transactionId,originalTransactionId,transactionRequestId,"
    "referenceTransactionId,paymentMethodType,pspName,transactionType,paymentTime,settlementTime,"
    "productCode,transactionAmountValue,transactionCurrency,settlementAmountValue,"
    "settlementCurrency,quoteCurrencyPair,quotePrice,feeAmountValue,feeCurrency,"
    "nonGuaranteeCouponValue,nonGuaranteeCouponCurrency"
)
SUMMARY: Final = (
    "settlementBatchId,customerId,acquirer,summaryType,settlementTime,count,settlementAmountValue,"
    "settlementCurrency,feeAmountValue,feeCurrency,processingFeeAmountValue,processingFeeCurrency,"
    "nonGuaranteeCouponValue,nonGuaranteeCouponCurrency,disputeHandlingFee,"
    "disputeHandlingFeeCurrency,disputeReverseFee,disputeReverseFeeCurrency,"
    "interchangeFeeAmountValue,interchangeFeeCurrency,schemeFeeAmountValue,schemeFeeCurrency,"
    "acquirerMarkupAmountValue,acquirerMarkupCurrency"
)
TYPES: Final = ("PAYMENT", "REFUND", "CANCEL")


@dataclass(frozen=True, slots=True)
class Ids:
    """The numbers of a row; ``original`` is the payment's, where the row is none itself."""

    transaction: str
    original: str
    request: str
    reference: str
    merchant: str
    store: str


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """What happened to a payment; ``amount`` is below zero where money went back."""

    kind: str
    ids: Ids
    at: Instant
    amount: Money


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A transaction in its batch: with its fee and the merchant's own discount, signed alike.

    ``gross`` is its amount in the currency of the settlement; ``pair`` and ``price`` are those of
    its quote, empty where that is the currency of the transaction.
    """

    transaction: TransactionRow
    gross: Money
    fee: Money
    discount: Money
    pair: str = ""
    price: str = ""

    @property
    def settled(self) -> Money:
        """What of it goes to the merchant's bank."""
        return self.gross - self.discount - self.fee


@dataclass(frozen=True, slots=True)
class Batch:
    """Which batch, whose, when it was settled, and in which currency."""

    batch_id: str
    customer_id: str
    settled_at: Instant
    zero: Money

    @property
    def code(self) -> str:
        """The settlement currency."""
        return self.zero.currency.code


def time(instant: Instant) -> str:
    """Spell a time, to the second, in Beijing."""
    return datetime.fromtimestamp(to_seconds(instant), BEIJING).isoformat()


def transactions(customer_id: str, rows: Iterable[TransactionRow]) -> str:
    """Write the transaction items of a day."""
    return _file(TRANSACTIONS, (_transaction(customer_id, row) for row in rows))


def _transaction(customer_id: str, row: TransactionRow) -> list[str]:
    ids = row.ids
    return [
        *(customer_id, ids.merchant, ids.store, ids.transaction, ids.original, ids.request),
        *(ids.reference, "", METHOD, PSP, row.kind, time(row.at), PRODUCT),
        *_amount(row.amount),
    ]


def items(batch: Batch, rows: Iterable[SettledRow]) -> str:
    """Write the settlement items of a batch."""
    return _file(ITEMS, (_item(batch, row) for row in rows))


def _item(batch: Batch, row: SettledRow) -> list[str]:
    told = row.transaction
    ids = told.ids
    return [
        *(batch.batch_id, ACQUIRER, batch.customer_id, "", ids.merchant, ids.store),
        *(ids.transaction, ids.original, ids.request, ids.reference, METHOD, PSP, told.kind),
        *(time(told.at), time(batch.settled_at), PRODUCT, *_amount(told.amount)),
        *(*_amount(row.settled), row.pair, row.price),
        *_amount(-row.fee),
        *(_amount(-row.discount) if row.discount.minor_units else ("", "")),
    ]


def summary(batch: Batch, rows: Sequence[SettledRow]) -> str:
    """Write the settlement summary of a batch: a row for each kind there is, and one for all."""
    kinds = [kind for kind in TYPES if any(row.transaction.kind == kind for row in rows)]
    sums = [
        _sum(batch, kind, [row for row in rows if row.transaction.kind == kind]) for kind in kinds
    ]
    return _file(SUMMARY, [*sums, _sum(batch, "TOTAL", rows)])


def _of_kind(rows: Sequence[SettledRow], kind: str) -> list[SettledRow]:
    return [row for row in rows if row.transaction.kind == kind]


def _sum(batch: Batch, kind: str, rows: Sequence[SettledRow]) -> list[str]:
    settled = sum((row.settled for row in rows), start=batch.zero)
    fee = sum((row.fee for row in rows), start=batch.zero)
    discount = sum((row.discount for row in rows), start=batch.zero)
    told = [
        *(batch.batch_id, batch.customer_id, ACQUIRER, kind, time(batch.settled_at)),
        *(str(len(rows)), *_amount(settled), *_amount(-fee), "", ""),
        *(_amount(-discount) if discount.minor_units else ("", "")),
    ]
    return told + [""] * (len(SUMMARY.split(",")) - len(told))


def _amount(money: Money) -> tuple[str, str]:
    return str(money.minor_units), money.currency.code


def _file(header: str, rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return f"{text.getvalue()}{END}\n"
