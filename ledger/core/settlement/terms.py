"""Settlement terms: when a merchant's day ends, and when its money comes."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.settlement import SettlementTerms
from ledger.protocol.errors.checkout import (
    CutOffTime,
    PayoutDelay,
    SettlementTermsMissing,
    TimeZoneUnknown,
)

MINUTES_OF_A_DAY = 24 * 60
LONGEST_DELAY_DAYS = 30


def agree(books: Books, *, terms: SettlementTerms) -> SettlementTerms:
    """Keep what was agreed with a merchant; batches that are closed stay as they were.

    Raises ``MerchantNotFound``, ``TimeZoneUnknown``, ``CutOffTime``, ``PayoutDelay``.
    """
    require_merchant(books, terms.merchant_id)
    require_time_zone(terms.time_zone)
    if not 0 <= terms.cut_off_minute < MINUTES_OF_A_DAY:
        raise CutOffTime(f"not {terms.cut_off_minute}")
    if not 0 <= terms.delay_days <= LONGEST_DELAY_DAYS:
        raise PayoutDelay(f"not {terms.delay_days}")
    books.settlement.set_terms(terms)
    return terms


def require_time_zone(name: str) -> None:
    """Refuse a time zone that this machine's tz database does not know (``TimeZoneUnknown``)."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneUnknown(f"not {name[:40]!r}") from error


def require_terms(books: Books, merchant_id: str) -> SettlementTerms:
    """Find what was agreed with a merchant or raise ``SettlementTermsMissing``."""
    found = books.settlement.terms(merchant_id)
    if found is None:
        raise SettlementTermsMissing(f"nothing was agreed with {merchant_id[:40]!r}")
    return found
