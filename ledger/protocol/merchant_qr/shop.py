"""The fields that dynamic codes and stickers share: who is to be paid, where, in which currency.

    00 "01"   01 "12" or "11"   26 { 00 test.qrpay, 01 merchant id }   52 line of business
    53 currency   [54 amount]   58 country   59 name   60 city   [61 postal code]
    62 { [01 bill number], [03 store], [05 request id], 07 terminal }
    [64 { 00 language, 01 name, [02 city] }]   the same in the shop's own script

The sequence is fixed for writers. A reader takes any, but no field that is not in this list: a tip
or a fee (55 to 57) would change what is paid behind the amount that was signed for the screen.

Names in a code are for readers of other schemes. A wallet of this one shows the names the provider
registered for the merchant id: a thief signs his own name truthfully, and the registered one tells
that it is not the shop's.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from ledger.protocol.emvco import rules
from ledger.protocol.emvco.structure import FORMAT_VERSION, MerchantPresented
from ledger.protocol.errors.codes import QrField
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.identifiers import check_merchant_id, check_text
from ledger.protocol.money import Currency, Money, to_emvco
from ledger.protocol.signing.domains import SCHEME

_LONGEST_LOCAL_NAME = 25
_LONGEST_LOCAL_CITY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCode:
    """Who is to be paid. Texts in printable ASCII, but for the local names; absent ones are empty.

    ``text`` is the code exactly as it was scanned; two codes that say the same are equal.
    """

    merchant_id: str
    merchant_name: str
    """At most 25 characters."""
    merchant_city: str
    """At most 15 characters."""
    country: str
    """ISO 3166-1 alpha-2."""
    mcc: str
    """Four digits, ISO 18245."""
    terminal_label: str
    key_id: str
    postal_code: str = ""
    store_label: str = ""
    language: str = ""
    """Two letters, ISO 639; with it comes ``local_name``."""
    local_name: str = ""
    local_city: str = ""
    text: str = field(default="", compare=False, repr=False)


_FIELDS = {
    "26.01": "merchant_id",
    "52": "mcc",
    "58": "country",
    "59": "merchant_name",
    "60": "merchant_city",
    "61": "postal_code",
    "62.03": "store_label",
    "62.07": "terminal_label",
    "64.00": "language",
    "64.01": "local_name",
    "64.02": "local_city",
    "80.02": "key_id",
}
PATHS = frozenset(
    {
        *_FIELDS,
        *("00", "01", "26", "26.00", "53", "62", "63", "64"),
        *("80", "80.00", "80.01", "81", "81.00", "81.01"),
    }
)
"""What a sticker may hold, which is less than a dynamic code."""


def spell(
    code: ShopCode,
    initiation: str,
    amount: Money | Currency,
    *,
    bill_no: str = "",
    request_id: str = "",
) -> dict[str, str]:
    """Give the values of a code by path, up to template 80; a bare currency: the payer's amount."""
    currency = amount.currency if isinstance(amount, Money) else amount
    rows = {
        "00": FORMAT_VERSION,
        "01": initiation,
        "26.00": SCHEME,
        "26.01": code.merchant_id,
        "52": code.mcc,
        "53": currency.numeric,
        "54": to_emvco(amount) if isinstance(amount, Money) else "",
        "58": code.country,
        "59": code.merchant_name,
        "60": code.merchant_city,
        "61": code.postal_code,
        "62.01": bill_no,
        "62.03": code.store_label,
        "62.05": request_id,
        "62.07": code.terminal_label,
        "64.00": code.language,
        "64.01": code.local_name,
        "64.02": code.local_city,
    }
    return {path: value for path, value in rows.items() if value}


def check_fields(code: MerchantPresented, paths: AbstractSet[str]) -> None:
    """Check EMVCo's rules about fields, and that there is none at other paths than the profile's.

    Raises ``QrField``, and ``TextCharacter`` for local names with hidden characters.
    """
    rules.check(code)
    foreign = code.by_path.keys() - paths
    if foreign:
        raise QrField(f"{', '.join(sorted(foreign))}: not a field of this profile")
    code.value("62.07")
    try:
        check_merchant_id(code.value("26.01"))
    except IdentifierFormat as error:
        raise QrField(f"26.01: {error.detail}") from error
    check_text(code.get("64.01") or "", _LONGEST_LOCAL_NAME)
    check_text(code.get("64.02") or "", _LONGEST_LOCAL_CITY)


def read(code: MerchantPresented) -> dict[str, str]:
    """Give what ``ShopCode`` is made of, by the names of its fields; absent ones are empty."""
    values = {name: code.by_path.get(path, "") for path, name in _FIELDS.items()}
    return values | {"text": code.text}
