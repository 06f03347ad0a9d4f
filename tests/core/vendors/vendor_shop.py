"""The demo world, and a shop that calls through vendors' faces, in the words of no vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.core.checkout.payment_codes import CodePayment
from ledger.core.limits import Policy
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor, VendorAccount, VendorFace
from ledger.core.vendors import accounts, codes, orders, refunds
from ledger.core.vendors.orders import Opened, Wanted
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.core.vendors.wechatpay import password_free
from ledger.protocol import payment_code
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from ledger.store import BooksStore
from tests.core.demo_world import EUR, NOON, SHOP
from tests.core.ground import Wallet
from tests.core.vendors.shoppers import ShopperWorld

ALIPAY = VendorAccount(Vendor.ALIPAY, "2021000000000001", SHOP, "T01", NOON, {"public_key": "P"})
WECHAT = VendorAccount(Vendor.WECHATPAY, "1900000001", SHOP, "T02", NOON)


class VendorShop(ShopperWorld):
    """The demo world with two accounts of one shop."""

    def __init__(
        self, store: BooksStore | None = None, wallets: dict[str, Wallet] | None = None
    ) -> None:
        super().__init__(store, wallets)
        with self.store.transaction() as books:
            for account in (ALIPAY, WECHAT):
                accounts.register(books, account=account)

    def wanted(
        self,
        amount_minor: int = 1295,
        *,
        out_no: str = "A1",
        account: VendorAccount = ALIPAY,
        presented: Presented = Presented.MERCHANT,
        payer_alias: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> Wanted:
        """An order as a face reads it, with a code; it can be paid for a week."""
        return Wanted(
            account=account,
            face=VendorFace(account.vendor.value),
            out_no=out_no,
            vendor_no=f"V{account.account_id}{out_no[-4:]}",
            amount=Money(amount_minor, EUR),
            presented=presented,
            expires_at=later(self.now, 7 * DAY),
            code=f"https://qr.example/{account.account_id}/{out_no}",
            notify_url="http://127.0.0.1:9/notify",
            payer_alias=payer_alias,
            facts=facts or {},
        )

    def open_order(self, wanted: Wanted) -> Opened:
        """A face opens an order."""
        with self.store.transaction() as books:
            return orders.open_order(
                books, wanted=wanted, policy=self.policy, now=self.now, ids=self.ids
            )

    def ordered(self, amount_minor: int = 1295, *, out_no: str = "A1") -> Opened:
        """A face opens an order for anybody."""
        return self.open_order(self.wanted(amount_minor, out_no=out_no))

    def pay_order(self, opened: Opened, name: str) -> Payment:
        """A payer scans an order's code and agrees."""
        self.scan(name, opened.order.code)
        return self.authorise(opened.payment, name).payment

    def vendor_code(self, name: str, prefix: str) -> str:
        """A phone shows a payment code with a vendor's prefix."""
        secret = self.wallets[name].device.code_secret
        return payment_code.make(self.handles(name)[0], secret, self.now, prefix).text

    def present(self, opened: Opened, code: str, policy: Policy | None = None) -> CodePayment:
        """A till presents a payer's code for an order."""
        with self.store.transaction() as books:
            return codes.pay_with_code(
                books,
                opened=opened,
                payment_code=code,
                rates=self.rates,
                policy=policy or self.policy,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def wechat_limits(self, payment: Payment) -> Policy:
        """What WeChat Pay lets through for a payment by code."""
        with self.store.reading() as books:
            return password_free.limits(
                books, payment=payment, policy=self.policy, rates=self.rates, now=self.now
            )

    def at_wechat(self, number: int, amount_minor: int = 1) -> Opened:
        """An order that WeChat Pay is to collect by payment code."""
        wanted = self.wanted(
            amount_minor, out_no=f"W{number}", account=WECHAT, presented=Presented.CONSUMER
        )
        return self.open_order(replace(wanted, code=""))

    def found(self, opened: Opened) -> Opened:
        """An order as it stands now."""
        with self.store.reading() as books:
            return orders.require(books, account=ALIPAY, out_no=opened.order.out_no)

    def refund_order(self, opened: Opened, amount_minor: int, out_no: str) -> Refunded:
        """A face gives a part of an order back."""
        wanted = WantedRefund(
            opened=replace(opened, payment=self.payment(opened.payment)),
            out_no=out_no,
            vendor_no=f"R{opened.order.vendor_no}{out_no[-4:]}",
            amount=Money(amount_minor, EUR),
            facts={"reason": "too small"},
        )
        with self.store.transaction() as books:
            return refunds.refund(books, wanted=wanted, now=self.now, ids=self.ids, key=self.key)
