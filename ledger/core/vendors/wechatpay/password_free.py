"""What WeChat Pay takes off a payment code without asking its payer for the password.

At home that is up to 1,000 yuan a payment, at a merchant overseas up to 3,000, or what they are in
the shop's currency; in both ten payments a day (the vendor's pages on payment codes for API v2, and
chapter 3_1_1 of those for overseas). The latter say both "and" and "or" between amount and number:
here either is enough to be asked. A day is one in China. What was paid at this vendor's merchants
counts, however small, and a payment that was reversed does not.
"""

from __future__ import annotations

from typing import Final

from ledger.core.books.fx import RateTable
from ledger.core.limits import Policy, TimesUnasked
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor
from ledger.core.vendors.bills.account_day import bounds
from ledger.core.vendors.wechatpay.markets import HOME_CURRENCY, is_overseas
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money, currency
from ledger.protocol.records import replace
from ledger.protocol.wechatpay_wire.times import china_date

TIMES_A_DAY: Final = 10

_YUAN: Final = currency(HOME_CURRENCY)
AT_HOME: Final = Money(100_000, _YUAN)
OVERSEAS: Final = Money(300_000, _YUAN)


def limits(
    books: Books, *, payment: Payment, policy: Policy, rates: RateTable, now: Instant
) -> Policy:
    """Give the limits for a payment by code: the provider's, with the vendor's where it has some.

    Raises ``CurrencyUnsupported`` for a shop's currency without a rate.
    """
    merchant, money = require_merchant(books, payment.merchant_id), payment.amount.currency
    most = _in(money, OVERSEAS if is_overseas(merchant) else AT_HOME, rates)
    since, _ = bounds(china_date(now))
    return replace(
        policy,
        without_pin={money.code: most},
        without_pin_daily={money.code: most * TIMES_A_DAY},
        without_pin_times=TimesUnasked(Vendor.WECHATPAY, TIMES_A_DAY, since),
    )


def _in(money: Currency, limit: Money, rates: RateTable) -> int:
    """Give the highest price for which nobody pays more than the limit."""
    if money == limit.currency:
        return limit.minor_units
    rate = rates.rate(money, limit.currency)
    return limit.minor_units * rate.denominator // rate.numerator
