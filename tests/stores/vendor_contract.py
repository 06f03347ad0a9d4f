"""What every store must do for vendors' accounts and orders: keep them apart and find them."""

from __future__ import annotations

import pytest

from ledger.core.records.vendors import Vendor
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import DAY, later
from tests.core.demo_world import World
from tests.core.vendors.vendor_shop import ALIPAY, WECHAT, VendorShop


class VendorContract:
    """A part of ``StoreContract``; ``vendor_shop`` is the world's shop, which vendors know."""

    @pytest.fixture
    def vendor_shop(self, world: World) -> VendorShop:
        """The demo world with vendors' accounts, in the store under test."""
        return VendorShop(world.store, world.wallets)

    def test_accounts_come_back_as_they_were(self, vendor_shop: VendorShop) -> None:
        with vendor_shop.store.reading() as books:
            assert books.vendor_accounts.find(Vendor.ALIPAY, ALIPAY.account_id) == ALIPAY
            assert books.vendor_accounts.find(Vendor.ANTOM, ALIPAY.account_id) is None
            assert books.vendor_accounts.of_merchant(ALIPAY.merchant_id) == [ALIPAY, WECHAT]
            assert books.vendor_accounts.all(Vendor.WECHATPAY) == [WECHAT]

    def test_orders_and_refunds_come_back_as_they_were(self, vendor_shop: VendorShop) -> None:
        wanted = vendor_shop.wanted(facts={"attach": 'Größe „L“ 大号 "x"'})
        opened = vendor_shop.open_order(wanted)
        native = vendor_shop.request(100)
        vendor_shop.pay_order(opened, "anna")
        given = vendor_shop.refund_order(opened, 295, "R1")
        order, kept = opened.order, given.vendor_refund
        now, ids = vendor_shop.now, [opened.payment.payment_id, native.payment_id]
        with vendor_shop.store.reading() as books:
            book = books.vendor_orders
            assert book.of_payment(order.payment_id) == order
            assert book.among(ids) == {order.payment_id: order}
            assert book.among([]) == {}
            assert book.by_code(order.code) == order
            assert book.by_vendor_no(Vendor.ALIPAY, order.vendor_no) == order
            assert book.of_account(Vendor.ALIPAY, ALIPAY.account_id, now, later(now, 1)) == [order]
            assert book.of_account(Vendor.ALIPAY, ALIPAY.account_id, later(now, -DAY), now) == []
            assert book.refund(kept.refund_id) == kept
            assert book.refunds(order.payment_id) == [kept]
            assert book.refund_by_vendor_no(Vendor.ALIPAY, kept.vendor_no) == kept
            assert book.refunds_of_account(
                Vendor.ALIPAY, ALIPAY.account_id, now, later(now, 1)
            ) == [kept]

    def test_a_number_and_a_code_are_taken_once(self, vendor_shop: VendorShop) -> None:
        opened = vendor_shop.ordered()
        with vendor_shop.store.transaction() as books:
            with pytest.raises(InvariantBroken), books.savepoint():
                books.vendor_accounts.add(ALIPAY)
            with pytest.raises(InvariantBroken), books.savepoint():
                books.vendor_orders.add(opened.order)

    def test_payments_by_code_that_nobody_asked_about_are_counted(
        self, vendor_shop: VendorShop
    ) -> None:
        shop = vendor_shop
        paid, undone = (
            shop.present(shop.at_wechat(number), shop.vendor_code("anna", "13")).payment
            for number in range(2)
        )
        shop.reverse(undone.payment_id, undone.merchant_order_no)
        assert paid.payer_id is not None
        assert paid.paid_at is not None
        counted = (
            (Vendor.WECHATPAY, paid.payer_id, paid.paid_at),
            (Vendor.WECHATPAY, paid.payer_id, later(paid.paid_at, 1)),
            (Vendor.WECHATPAY, shop.payer_id("li-wei"), paid.paid_at),
            (Vendor.ALIPAY, paid.payer_id, paid.paid_at),
        )
        with shop.store.reading() as books:
            assert [books.vendor_orders.paid_unasked(*each) for each in counted] == [1, 0, 0, 0]
