"""``queryexchagerate``, as the vendor spells it: what a foreign currency costs in yuan.

    EUR    781250000    1 euro is 7.8125 yuan, times 10^8

The rate is the one that a payer would pay by now, spread included. These books keep no rates of
days gone by, so it is told for each of them; a day to come is refused.

Source: pay.weixin.qq.com, "Query Exchange Rate" (global, API v2).
"""

from __future__ import annotations

from fractions import Fraction

from ledger.core.books.fx import RateTable
from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.calls.desk import Answer
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.money import Currency, currency
from ledger.protocol.wechatpay_v2_wire.values import from_day
from ledger.protocol.wechatpay_wire import rates
from ledger.protocol.wechatpay_wire.times import china_date

YUAN = currency("CNY")


def rate(provider: Provider, _books: Books, call: Call) -> Answer:
    """Tell a rate; raises ``TimeDigits``, ``FieldFormat``, ``CurrencyUnsupported``."""
    day = from_day(call.text("date"))
    if day > china_date(call.now):
        raise FieldFormat(f"date: {call.text('date')} is yet to come")
    foreign = currency(call.text("fee_type"))
    told = rates.ONE if foreign == YUAN else _in_yuan(provider.rates, foreign)
    return {"fee_type": foreign.code, "rate_time": call.text("date"), "rate": str(told)}


def _in_yuan(table: RateTable, foreign: Currency) -> int:
    """Spell what a whole unit costs; the table's rates are between minor units."""
    found = table.rate(foreign, YUAN)
    whole = Fraction(found.numerator, found.denominator) * 10**foreign.exponent / 10**YUAN.exponent
    return rates.to_rate(whole.numerator, whole.denominator)
