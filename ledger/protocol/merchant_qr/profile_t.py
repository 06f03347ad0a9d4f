"""Profile T: the sticker on the wall, signed once for a long time; the payer types the amount.

It proves who the shop is, not what is to be paid: 01 is "11", there is no amount and no request id,
and the header holds the key alone, ``80 { 00 test.qrpay, 01 "1E", 02 key id }``. It has no time; a
sticker ends when its key does.

The checks are 1 to 8 of ``seal``, then 10, the fields: ``QrField``, ``TextCharacter``,
``CurrencyUnsupported``. A sticker can be pasted over: what then protects the payer is the
registered name on the screen, and what protects the shop is that its till shows no such payment.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.protocol.emvco.rules import STATIC
from ledger.protocol.emvco.structure import MerchantPresented
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import seal, shop
from ledger.protocol.merchant_qr.seal import Profile
from ledger.protocol.merchant_qr.shop import ShopCode
from ledger.protocol.money import Currency, currency_by_numeric
from ledger.protocol.signing import Domain, KeyDirectory, PrivateKey, check_key_id
from ledger.protocol.signing.domains import SCHEME

PROFILE = Profile(Domain.STICKER, STATIC, seal.layout("00", "01", "02"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StickerCode(ShopCode):
    """A signed code for many payments, each of an amount that its payer types."""

    currency: Currency


def encode(code: StickerCode, key: PrivateKey) -> str:
    """Write and sign a sticker; what a reader would refuse is not written and raises the same."""
    check_key_id(code.key_id)
    header = {"80.00": SCHEME, "80.01": seal.version_of(key), "80.02": code.key_id}
    written = seal.close(shop.spell(code, STATIC, code.currency) | header, PROFILE, key)
    return _read(written).text


def verify(text: str, directory: KeyDirectory, *, now: Instant) -> StickerCode:
    """Read a sticker; each check has its own error, see the module and ``seal``."""
    return verify_parsed(seal.parse_signed(text), directory, now=now)


def verify_parsed(code: MerchantPresented, directory: KeyDirectory, *, now: Instant) -> StickerCode:
    """Make the checks 5 to 10 on a code that ``seal.parse_signed`` has read."""
    seal.open_(code, PROFILE, directory, now=now)
    return _read(code)


def _read(code: MerchantPresented) -> StickerCode:
    shop.check_fields(code, shop.PATHS)
    return StickerCode(**shop.read(code), currency=currency_by_numeric(code.value("53")))
