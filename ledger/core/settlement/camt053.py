"""A statement as ISO 20022 camt.053.001.08, which accounting programs read.

Version 08 is what the banks of Germany (DFÜ agreement, since November 2022) and Switzerland (SPS,
since November 2022) deliver; 02 before it is being switched off and later ones few programs know.

The account is the merchant's with us. Each movement is an entry of its own, booked with the net
that changed the balance; its details hold the merchant's order number (``EndToEndId``), the gross
amount, what the merchant's own coupon took off it (``PrtryAmt``), our fee (``Chrgs``) and, where
money was exchanged, what the payer paid and the rate. The payout is the last entry, with the payout
day as its value date. So

    opening balance (OPBD) + entries = closing balance (CLBD) = the opening balance of the next day

Nothing in it depends on when it is asked for: the time of creation is the batch's closing.

Elements are in the order of the schema (AccountStatement9, ReportEntry10, EntryTransaction10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext
from html import escape
from typing import Final

from ledger.core.books.accounts import merchant_account
from ledger.core.records.journal import EntryKind
from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.settlement.statement import KINDS, Statement
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import Currency, Money, currency, to_decimal

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
SERVICER: Final = "qrpay"

_RATE_DIGITS = 11
_RATE_SCALE = Decimal("1e-10")

# ISO 20022 external bank transaction codes: domain payments, then family and sub-family.
_CODES: Final = {
    EntryKind.CAPTURE: ("MCRD", "POSP"),  # merchant transactions: point-of-sale payment
    EntryKind.REFUND: ("MCRD", "DAJT"),  # debit adjustment
    EntryKind.REVERSAL: ("MCRD", "DAJT"),
    EntryKind.SHARE: ("MCRD", "OTHR"),
    EntryKind.PAYOUT: ("ICDT", "OTHR"),  # issued credit transfer
    EntryKind.PAYOUT_RETURN: ("ICDT", "RRTN"),  # reversal due to payment return
}


def parts(statement: Statement, lines: Iterable[BatchLine]) -> Iterator[str]:
    """Spell a statement part by part, so that a long one needs no more memory than a short one."""
    batch = statement.batch
    created = to_text(batch.closed_at or batch.closes_at)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>'
    yield _tag("GrpHdr", _leaf("MsgId", batch.batch_id), _leaf("CreDtTm", created))
    yield "<Stmt>" + _leaf("Id", batch.batch_id) + _leaf("CreDtTm", created)
    yield _tag(
        "FrToDt",
        _leaf("FrDtTm", to_text(batch.opens_at)),
        _leaf("ToDtTm", to_text(batch.closes_at)),
    )
    yield _account(statement)
    yield _balance(batch, "OPBD", batch.carried_in_minor - batch.returned_in_minor)
    yield _balance(batch, "CLBD", batch.carried_out_minor)
    if batch.returned_in_minor:
        yield _own_entry(batch, EntryKind.PAYOUT_RETURN, batch.returned_in_minor)
    for line in lines:
        yield _entry(batch, line)
    if batch.paid_out_minor:
        yield _own_entry(batch, EntryKind.PAYOUT, -batch.paid_out_minor)
    yield "</Stmt></BkToCstmrStmt></Document>\n"


def _account(statement: Statement) -> str:
    merchant, batch = statement.merchant, statement.batch
    number = merchant_account(merchant.merchant_id, batch.currency).account_id
    return _tag(
        "Acct",
        _tag("Id", _tag("Othr", _leaf("Id", number))),
        _leaf("Ccy", batch.currency.code),
        _tag("Ownr", _leaf("Nm", merchant.name)),
        _tag("Svcr", _tag("FinInstnId", _leaf("Nm", SERVICER))),
    )


def _balance(batch: Batch, code: str, minor_units: int) -> str:
    return _tag(
        "Bal",
        _tag("Tp", _tag("CdOrPrtry", _leaf("Cd", code))),
        _amount("Amt", minor_units, batch.currency),
        _direction(minor_units),
        _tag("Dt", _leaf("Dt", batch.business_day.isoformat())),
    )


def _entry(batch: Batch, line: BatchLine) -> str:
    return _tag(
        "Ntry",
        _leaf("NtryRef", str(line.number)),
        _booked(batch, line.net_minor, line.booked_at),
        _leaf("AcctSvcrRef", line.entry_id),
        _code(line.kind, KINDS[line.kind]),
        _tag("NtryDtls", _details(batch, line)),
    )


def _own_entry(batch: Batch, kind: EntryKind, minor_units: int) -> str:
    """Spell what is between the merchant and us alone: a payout, or one that came back."""
    return _tag(
        "Ntry",
        _booked(batch, minor_units, batch.closed_at or batch.closes_at),
        _leaf("AcctSvcrRef", batch.batch_id),
        _code(kind, kind.value),
    )


def _booked(batch: Batch, minor_units: int, booked_at: Instant) -> str:
    return (
        _amount("Amt", minor_units, batch.currency)
        + _direction(minor_units)
        + _tag("Sts", _leaf("Cd", "BOOK"))
        + _tag("BookgDt", _leaf("DtTm", to_text(booked_at)))
        + _tag("ValDt", _leaf("Dt", batch.payout_on.isoformat()))
    )


def _details(batch: Batch, line: BatchLine) -> str:
    references = [_leaf("AcctSvcrRef", line.entry_id), _leaf("EndToEndId", line.merchant_order_no)]
    references.append(_leaf("TxId", line.payment_id))
    if line.merchant_refund_no:
        references.append(_leaf("AcctOwnrTxId", line.merchant_refund_no))
    return _tag(
        "TxDtls",
        _tag("Refs", *references),
        _amount("Amt", line.net_minor, batch.currency),
        _direction(line.net_minor),
        _tag("AmtDtls", *_amounts(batch, line)),
        _fee(batch, line) if line.fee_minor else "",
    )


def _amounts(batch: Batch, line: BatchLine) -> Iterator[str]:
    if line.kind is not EntryKind.SHARE:  # of which the payer knows nothing
        paid_in = currency(line.payer_currency)
        exchange = _exchange(batch, line, paid_in) if line.rate else ""
        yield _tag("InstdAmt", _amount("Amt", line.payer_amount_minor, paid_in), exchange)
    yield _tag("TxAmt", _amount("Amt", line.amount_minor, batch.currency))
    if line.discount_minor:
        off = _amount("Amt", line.discount_minor, batch.currency)
        yield _tag("PrtryAmt", _leaf("Tp", "DISCOUNT"), off)


def _exchange(batch: Batch, line: BatchLine, paid_in: Currency) -> str:
    return _tag(
        "CcyXchg",
        _leaf("SrcCcy", paid_in.code),
        _leaf("TrgtCcy", batch.currency.code),
        _leaf("UnitCcy", batch.currency.code),
        _leaf("XchgRate", exchange_rate(line.rate, batch.currency, paid_in)),
    )


def exchange_rate(rate: str, priced_in: Currency, paid_in: Currency) -> str:
    """Spell an exact rate of minor units as units of the payer's currency for one of the price's.

    The schema has room for eleven digits, ten of them decimals (BaseOneRate).

    >>> exchange_rate("125/16", currency("EUR"), currency("CNY"))
    '7.8125'
    >>> exchange_rate("13/8", currency("EUR"), currency("JPY"))
    '162.5'
    """
    numerator, _, denominator = rate.partition("/")
    with localcontext() as context:
        context.prec = _RATE_DIGITS
        exact = Decimal(numerator).scaleb(priced_in.exponent - paid_in.exponent)
        shortened = exact / Decimal(denominator)
        if shortened < 1:
            shortened = shortened.quantize(_RATE_SCALE)
    return f"{shortened.normalize():f}"


def _fee(batch: Batch, line: BatchLine) -> str:
    """Spell our fee, which was kept back from a payment (DBIT) or given back (CRDT)."""
    return _tag(
        "Chrgs",
        _tag(
            "Rcrd",
            _amount("Amt", line.fee_minor, batch.currency),
            _direction(-line.fee_minor),
            _leaf("ChrgInclInd", "true"),
        ),
    )


def _code(kind: EntryKind, own: str) -> str:
    family, sub_family = _CODES[kind]
    return _tag(
        "BkTxCd",
        _tag(
            "Domn",
            _leaf("Cd", "PMNT"),
            _tag("Fmly", _leaf("Cd", family), _leaf("SubFmlyCd", sub_family)),
        ),
        _tag("Prtry", _leaf("Cd", own), _leaf("Issr", SERVICER)),
    )


def _amount(name: str, minor_units: int, of: Currency) -> str:
    return f'<{name} Ccy="{of.code}">{to_decimal(Money(abs(minor_units), of))}</{name}>'


def _direction(minor_units: int) -> str:
    return _leaf("CdtDbtInd", "DBIT" if minor_units < 0 else "CRDT")


def _leaf(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def _tag(name: str, *inside: str) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"
