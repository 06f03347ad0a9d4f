"""What differs between the ways of speaking to the provider; scenarios know none of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.vendors.announcing import Post
from ledger.sandbox.record.deliveries import Delivery
from ledger.testing.conformance.forgery import Forgery, Sealing


class Dialect(Protocol):
    """One way of speaking: names, words, and how its notifications are forged."""

    @property
    def name(self) -> str:
        """What it is called: ``alipay``, ``wechatpay``, ``native``."""

    @property
    def wallet(self) -> str:
        """Whose payment codes its tills read."""

    @property
    def currency(self) -> str:
        """What the shop under test sells in."""

    @property
    def payer(self) -> str:
        """A customer who has that money, or money for it."""

    @property
    def poor_payer(self) -> str:
        """A customer who runs out of it."""

    @property
    def asked_price_minor(self) -> int:
        """More than a payment code pays without asking."""

    @property
    def sealings(self) -> frozenset[Sealing]:
        """The ways of signing that make sense here."""

    @property
    def has_currency(self) -> bool:
        """Whether its notifications name a currency."""

    @property
    def tells_charges(self) -> bool:
        """Whether a payment by payment code is notified, too."""

    @property
    def calls(self) -> Mapping[str, str]:
        """Its names of the calls ``show``, ``charge``, ``query`` and ``refund``."""

    def settings(self) -> Mapping[str, str]:
        """Give what the till under test has to be told, by name."""

    def payment(self, books: Books, order_no: str) -> Payment | None:
        """Find what became of the till's order in the provider's books."""

    def forged(self, genuine: Delivery, forgery: Forgery) -> Post:
        """Make a notification out of a genuine one of another sale."""

    def with_number_twice(self, genuine: Delivery, order_no: str) -> Post:
        """Give a genuine notification with a second, unsigned order number in it."""
