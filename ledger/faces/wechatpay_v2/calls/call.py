"""One call as the handlers see it: its sign holds, its fields are of the right form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors.wechatpay.negative_tests import NOTHING, NegativeTest
from ledger.core.vendors.wechatpay.registration import Registration
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from ledger.protocol.wechatpay_v2_wire.values import parse_fee


@dataclass(frozen=True)
class Call:
    """A call of a merchant number, or of a service provider for one.

    ``account`` is the one that sells, ``registration`` that of whoever signed with ``key``; in the
    vendor's sandbox that is a key of its own.
    """

    now: Instant
    account: VendorAccount
    registration: Registration
    fields: Mapping[str, str]
    sign_type: SignType
    in_sandbox: bool
    key: str = field(repr=False)
    negative: NegativeTest = NOTHING

    def text(self, name: str) -> str:
        """Give a field, empty where it is missing."""
        return self.fields.get(name, "")

    @property
    def sp_mchid(self) -> str:
        """The service provider that calls, empty where a merchant calls for itself."""
        return self.text("mch_id") if self.text("sub_mch_id") else ""

    def fee(self, books: Books, name: str, currency_name: str) -> Money:
        """Read an amount in the merchant's currency.

        Raises ``AmountFormat``, ``AmountOutOfRange``, ``AmountScale``, ``CurrencyMismatch``.
        """
        own = require_merchant(books, self.account.merchant_id).currency
        if self.text(currency_name) not in ("", own.code):
            raise CurrencyMismatch(f"{currency_name}: this merchant sells in {own.code}")
        return parse_fee(self.text(name), own)
