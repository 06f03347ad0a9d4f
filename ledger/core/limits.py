"""Limits: what a payer may spend, when they have to be asked, how often may be guessed.

Each check is one small function that raises the rule it guards, or says what is needed. Limits are
in minor units, by currency; a currency without a limit of its own is allowed nothing. What goes
without asking, and on stickers, is limited in the merchant's currency, what a payer spends in all
in the payer's own, since that is the money that leaves. Days and months are those of UTC
(``spending``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ledger.core import spending
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, PartyStatus, Payer
from ledger.core.records.payments import Payment
from ledger.core.records.spending import Purpose
from ledger.core.records.vendors import Vendor
from ledger.protocol.errors.checkout import (
    DailyLimit,
    MerchantBlocked,
    MonthlyLimit,
    PayerBlocked,
    StaticQrDailyLimit,
)
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid, TooManyAttempts
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.money import Currency, Money
from ledger.protocol.records import record

Limit = Mapping[str, int]


@record(frozen=True, slots=True)
class TimesUnasked:
    """How often a payer may pay a ``vendor``'s shops by code ``since`` an instant, unasked."""

    vendor: Vendor
    most: int
    since: Instant


@record(frozen=True, slots=True)
class Policy:
    """The numbers a provider decides on; the defaults are the sandbox's.

    ``without_pin``: a payment code takes up to this much without asking the payer, and up to
    ``without_pin_daily`` in a day (the exemptions for low amounts of PSD2's technical standards,
    Regulation (EU) 2018/389, article 16, are 30 and 100 euro); ``without_pin_times`` is set where a
    vendor counts these payments, too. ``sticker_daily``: what one payer
    can pay to stickers in a day; in China 500 yuan (PBOC, 2017), since a sticker can be pasted
    over. ``daily`` and ``monthly``: what a payer can spend in all, in the payer's currency. In yuan
    these are China's: 5,000 a day where two factors identify the payer, and a twelfth of the
    200,000 a year of an account of class III (PBOC announcement [2015] 43, articles 24 and 11);
    the others are of that order. ``misses_per_minute``: wrong payment codes of one merchant before
    it has to wait. ``misses_per_handle``: wrong proofs at one handle, by all merchants in an hour,
    before it takes no more: who has seen a code knows its handle, and there are only a million
    proofs. ``hold_ms``: how long a deposit is held at most; a request may ask for less.
    ``neutral_subjects``: a request's subject names the order and nothing else, so that the provider
    does not learn what was bought (data protection by default, GDPR article 25 (2)).
    """

    without_pin: Limit = field(
        default_factory=lambda: {"EUR": 5_000, "CNY": 40_000, "JPY": 8_000, "BHD": 20_000}
    )
    without_pin_daily: Limit = field(
        default_factory=lambda: {"EUR": 15_000, "CNY": 120_000, "JPY": 24_000, "BHD": 60_000}
    )
    without_pin_times: TimesUnasked | None = None
    sticker_daily: Limit = field(
        default_factory=lambda: {"EUR": 50_000, "CNY": 50_000, "JPY": 80_000, "BHD": 200_000}
    )
    daily: Limit = field(
        default_factory=lambda: {"EUR": 100_000, "CNY": 500_000, "JPY": 100_000, "BHD": 400_000}
    )
    monthly: Limit = field(
        default_factory=lambda: {
            "EUR": 300_000,
            "CNY": 1_666_666,
            "JPY": 300_000,
            "BHD": 1_200_000,
        }
    )
    misses_per_minute: int = 20
    misses_per_handle: int = 5
    claim_ms: int = 120 * SECOND
    sticker_payment_ms: int = 300 * SECOND
    payment_lifetime_ms: int = 30 * MINUTE
    refund_period_ms: int = 365 * DAY
    neutral_subjects: bool = True
    hold_ms: int = 30 * DAY


SANDBOX_POLICY = Policy()


def require_merchant_may_sell(merchant: Merchant) -> None:
    """Refuse a blocked merchant (``MerchantBlocked``)."""
    if merchant.status is not PartyStatus.ACTIVE:
        raise MerchantBlocked(merchant.merchant_id)


def require_payer_may_pay(payer: Payer) -> None:
    """Refuse a blocked payer (``PayerBlocked``)."""
    if payer.status is not PartyStatus.ACTIVE:
        raise PayerBlocked(payer.payer_id)


def require_sticker_allowance(
    books: Books, *, payer_id: PayerId, amount: Money, policy: Policy, now: Instant
) -> None:
    """Refuse more than a payer may pay to stickers in a day (``StaticQrDailyLimit``)."""
    money = amount.currency
    spent = spending.spent_today(
        books, payer_id=payer_id, purpose=Purpose.STICKER, currency=money, now=now
    )
    if spent + amount > Money(policy.sticker_daily.get(money.code, 0), money):
        raise StaticQrDailyLimit(f"{spent} was paid to stickers today")


def allowed(books: Books, *, payer: Payer, policy: Policy) -> tuple[Money, Money]:
    """Tell what a payer may spend in a day and in a month: their own limits, else the policy's."""
    code, own = payer.currency.code, books.spending.own_limits(payer.payer_id)
    daily, monthly = policy.daily.get(code, 0), policy.monthly.get(code, 0)
    if own is not None:
        daily = daily if own.daily_minor is None else own.daily_minor
        monthly = monthly if own.monthly_minor is None else own.monthly_minor
    return Money(daily, payer.currency), Money(monthly, payer.currency)


def require_allowance(
    books: Books, *, payer: Payer, amount: Money, policy: Policy, now: Instant
) -> None:
    """Refuse more than a payer may spend, ``amount`` being on top of what was spent.

    Raises ``DailyLimit``, ``MonthlyLimit``.
    """
    daily, monthly = allowed(books, payer=payer, policy=policy)
    today, month = spent(books, payer=payer, now=now)
    if today + amount > daily:
        raise DailyLimit(f"it would be {today + amount} today, {daily} is allowed")
    if month + amount > monthly:
        raise MonthlyLimit(f"it would be {month + amount} this month, {monthly} is allowed")


def spent(books: Books, *, payer: Payer, now: Instant) -> tuple[Money, Money]:
    """Tell what a payer has spent today and this month."""
    whose, money = payer.payer_id, payer.currency
    return (
        spending.spent_today(books, payer_id=whose, purpose=Purpose.ALL, currency=money, now=now),
        spending.spent_this_month(
            books, payer_id=whose, purpose=Purpose.ALL, currency=money, now=now
        ),
    )


def spend(books: Books, *, payer: Payer, payment: Payment, policy: Policy, now: Instant) -> None:
    """Count a payment that was just paid, and refuse it where that is more than allowed.

    Counting first takes the payer's sum for this unit of work alone, so that two payments at once
    can't both fit in what only one of them does. Raises ``DailyLimit``, ``MonthlyLimit``.
    """
    spending.count(books, payment)
    nothing = Money(0, payer.currency)
    require_allowance(books, payer=payer, amount=nothing, policy=policy, now=now)


def pin_needed(
    books: Books, *, payer_id: PayerId, amount: Money, policy: Policy, now: Instant
) -> bool:
    """Tell whether the payer has to be asked: above the limit for one payment or for the day."""
    money = amount.currency
    if amount > Money(policy.without_pin.get(money.code, 0), money):
        return True
    # The sum first: it stays this unit of work's alone, and with it the number of payments.
    left = left_without_pin(books, payer_id=payer_id, currency=money, policy=policy, now=now)
    return amount > left or _is_often_enough(books, payer_id, policy.without_pin_times)


def _is_often_enough(books: Books, payer_id: PayerId, times: TimesUnasked | None) -> bool:
    if times is None:
        return False
    return books.vendor_orders.paid_unasked(times.vendor, payer_id, times.since) >= times.most


def left_without_pin(
    books: Books, *, payer_id: PayerId, currency: Currency, policy: Policy, now: Instant
) -> Money:
    """Tell how much of what may be paid without asking in a day is left of today's."""
    spent = spending.spent_today(
        books, payer_id=payer_id, purpose=Purpose.WITHOUT_PIN, currency=currency, now=now
    )
    most = Money(policy.without_pin_daily.get(currency.code, 0), currency)
    return max(most - spent, Money(0, currency))


def require_guesses_left(books: Books, *, merchant_id: str, policy: Policy, now: Instant) -> None:
    """Refuse a merchant that presents wrong codes over and over (``TooManyAttempts``)."""
    if books.codes.misses(merchant_id, later(now, -MINUTE)) >= policy.misses_per_minute:
        raise TooManyAttempts("wait a minute before you present another payment code")


def require_handle_not_guessed_at(
    books: Books, *, handle: str, policy: Policy, now: Instant
) -> None:
    """Refuse a handle at which wrong proofs were tried, like a wrong proof."""
    if books.codes.misses_at(handle, later(now, -HOUR)) >= policy.misses_per_handle:
        raise PaymentAuthCodeInvalid
