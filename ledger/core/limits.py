"""Limits: when a payer has to be asked, how much a sticker may take, how often may be guessed.

Each check is one small function that raises the rule it guards, or says what is needed. Limits are
in the merchant's currency, in minor units, by currency; a currency without a limit of its own is
allowed nothing without asking, and nothing on stickers. Days are those of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, PartyStatus, Payer
from ledger.protocol.errors.checkout import MerchantBlocked, PayerBlocked, StaticQrDailyLimit
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid, TooManyAttempts
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.money import Money

Limit = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers a provider decides on; the defaults are the sandbox's.

    ``without_pin``: a payment code takes up to this much without asking the payer, and up to
    ``without_pin_daily`` in a day (the exemptions for low amounts of PSD2's technical standards,
    Regulation (EU) 2018/389, article 16, are 30 and 100 euro). ``sticker_daily``: what one payer
    can pay to stickers in a day; in China 500 yuan (PBOC, 2017), since a sticker can be pasted
    over. ``misses_per_minute``: wrong payment codes of one merchant before it has to wait.
    ``misses_per_handle``: wrong proofs at one handle, by all merchants in an hour, before it takes
    no more: who has seen a code knows its handle, and there are only a million proofs.
    """

    without_pin: Limit = field(
        default_factory=lambda: {"EUR": 5_000, "CNY": 40_000, "JPY": 8_000, "BHD": 20_000}
    )
    without_pin_daily: Limit = field(
        default_factory=lambda: {"EUR": 15_000, "CNY": 120_000, "JPY": 24_000, "BHD": 60_000}
    )
    sticker_daily: Limit = field(
        default_factory=lambda: {"EUR": 50_000, "CNY": 50_000, "JPY": 80_000, "BHD": 200_000}
    )
    misses_per_minute: int = 20
    misses_per_handle: int = 5
    claim_ms: int = 120 * SECOND
    sticker_payment_ms: int = 300 * SECOND
    payment_lifetime_ms: int = 30 * MINUTE
    refund_period_ms: int = 365 * DAY


SANDBOX_POLICY = Policy()


def day_of(now: Instant) -> Instant:
    """Give the instant at which the day of ``now`` began (UTC)."""
    return Instant(now - now % DAY)


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
    code = amount.currency.code
    spent = books.payments.sticker_minor(payer_id, code, day_of(now))
    if spent + amount.minor_units > policy.sticker_daily.get(code, 0):
        raise StaticQrDailyLimit(f"{Money(spent, amount.currency)} was paid to stickers today")


def pin_needed(
    books: Books, *, payer_id: PayerId, amount: Money, policy: Policy, now: Instant
) -> bool:
    """Tell whether the payer has to be asked: above the limit for one payment or for the day."""
    code = amount.currency.code
    if amount.minor_units > policy.without_pin.get(code, 0):
        return True
    spent = books.payments.without_pin_minor(payer_id, code, day_of(now))
    return spent + amount.minor_units > policy.without_pin_daily.get(code, 0)


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
