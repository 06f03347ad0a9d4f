r"""Amounts and times as people write them, by CLDR: Babel here, ``Intl`` in ``kit/js/figures.js``.

Both give the same text to the last no-break space (``tests/kit/pages``). ``¥`` alone is the yuan in
Chinese and the yen in Japanese; elsewhere, where it could be either, the code is written instead.

    >>> from ledger.protocol.money import Money, currency
    >>> amount_text(Money(123456, currency("EUR")), Language.DE)
    '1.234,56\xa0€'
    >>> amount_text(Money(1234, currency("JPY")), Language.DE)
    '1.234\xa0JPY'
    >>> amount_text(Money(9870, currency("CNY")), Language.ZH)
    '¥98.70'
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_symbol

from ledger.kit.pages.languages import Language
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money

LOCALES: Final = {
    Language.DE: Locale("de", "DE"),
    Language.EN: Locale("en", "GB"),
    Language.ZH: Locale("zh", "CN", script="Hans"),
}

_DATE_AND_TIME: Final = {
    Language.DE: "dd.MM.yyyy, HH:mm",
    Language.EN: "d MMM yyyy, HH:mm",
    Language.ZH: "yyyy年M月d日 HH:mm",
}
_YEN: Final = "JPY"


def amount_text(amount: Money, language: Language) -> str:
    """Write an amount in a language's way."""
    code, exponent = amount.currency.code, amount.currency.exponent
    exact = Decimal(amount.minor_units).scaleb(-exponent)
    locale = LOCALES[language]
    symbol = code if code == _YEN else get_currency_symbol(code, locale)
    pattern = locale.currency_formats["standard"].pattern.partition(";")[0]
    if pattern.startswith("¤") and symbol[-1].isalpha():
        pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")  # CLDR's currencySpacing
    if code == _YEN:
        pattern = pattern.replace("¤", "¤¤")
    return format_currency(exact, code, format=pattern, locale=locale)


def time_text(instant: Instant, language: Language, zone: ZoneInfo) -> str:
    """Write date and time of day, to the minute."""
    moment = datetime.fromtimestamp(instant // 1000, UTC).astimezone(zone)
    return format_datetime(moment, _DATE_AND_TIME[language], locale=LOCALES[language])
