"""A vendor's codes before the phones of the demo world."""

from __future__ import annotations

from ledger.core.checkout.claims import Offer
from ledger.core.records.payments import Payment
from ledger.core.vendors import codes
from ledger.protocol import payment_code
from tests.core.demo_world import World


class ShopperWorld(World):
    """The demo world, where payers pay what a vendor's shop asks for."""

    def scan(self, name: str, code: str) -> Offer:
        """A payer scans a vendor's code."""
        with self.store.transaction() as books:
            return codes.claim(
                books,
                payer_id=self.payer_id(name),
                code=code,
                rates=self.rates,
                policy=self.policy,
                now=self.now,
                ids=self.ids,
            )

    def scan_and_pay(self, name: str, code: str) -> Payment:
        """A payer scans a vendor's code and agrees."""
        return self.authorise(self.scan(name, code).payment, name).payment

    def show_code(self, name: str, till: str) -> str:
        """A phone shows a payment code for a till that speaks a vendor's API."""
        secret = self.wallets[name].device.code_secret
        prefix = payment_code.PREFIXES[till]
        return payment_code.make(self.handles(name)[0], secret, self.now, prefix).text
