"""A vendor's order is a payment: one for a number, found by either number, paid as any other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.records.vendors import Vendor, VendorFace
from ledger.core.vendors import accounts, orders
from ledger.protocol.errors.checkout import OrderNotFound, OrderNumberReused, TerminalNotFound
from ledger.protocol.errors.content import CurrencyMismatch, IdentifierFormat, TextCharacter
from ledger.protocol.errors.vendors import VendorAccountExists, VendorAccountNotFound
from ledger.protocol.identifiers import body_of
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, SHOP
from tests.core.vendors.vendor_shop import ALIPAY, WECHAT, VendorShop


def test_an_order_is_found_by_either_number_and_by_the_account_alone_that_made_it(
    shop: VendorShop,
) -> None:
    opened = shop.ordered()
    kiosk = replace(ALIPAY, account_id="2021000000000002", merchant_id=KIOSK)
    with shop.store.transaction() as books:
        accounts.register(books, account=kiosk)
        assert orders.find(books, account=ALIPAY, out_no="A1") == opened
        assert orders.find(books, account=ALIPAY, vendor_no=opened.order.vendor_no) == opened
        assert orders.find(books, account=kiosk, out_no="A1") is None
        assert orders.find(books, account=kiosk, vendor_no=opened.order.vendor_no) is None
        with pytest.raises(OrderNotFound):
            orders.require(books, account=WECHAT, out_no="A1")


def test_a_number_stands_for_one_order_of_an_account_and_for_another_of_the_next(
    shop: VendorShop,
) -> None:
    first = shop.ordered(out_no="A1")
    with pytest.raises(OrderNumberReused):
        shop.ordered(700, out_no="A1")
    other = shop.open_order(shop.wanted(out_no="A1", account=WECHAT))
    assert first.payment.merchant_order_no == "A1"
    assert other.payment.merchant_order_no == body_of(other.payment.payment_id)
    assert other.order.out_no == "A1"


def test_a_number_longer_than_ours_may_be_is_kept_as_the_vendor_spells_it(
    shop: VendorShop,
) -> None:
    long = "paymentRequest-" + "7" * 49
    opened = shop.ordered(out_no=long)
    assert opened.order.out_no == long
    assert opened.payment.merchant_order_no == body_of(opened.payment.payment_id)


@pytest.mark.parametrize("out_no", ["\0", "a\nb", "x" * 65])
def test_a_number_with_what_no_number_has_is_refused(shop: VendorShop, out_no: str) -> None:
    with pytest.raises(TextCharacter):
        shop.ordered(out_no=out_no)


def test_an_order_may_wait_for_days_though_a_request_of_ours_may_not(shop: VendorShop) -> None:
    opened = shop.ordered()
    shop.now = later(shop.now, 6 * DAY)
    assert shop.pay_order(opened, "anna").state is PaymentState.PAID


def test_the_price_is_in_the_currency_the_merchant_sells_in(shop: VendorShop) -> None:
    wanted = replace(shop.wanted(), amount=Money(1295, currency("CNY")))
    with pytest.raises(CurrencyMismatch):
        shop.open_order(wanted)


def test_an_order_undone_before_it_arrived_can_not_be_opened(shop: VendorShop) -> None:
    with shop.store.transaction() as books:
        buried = orders.bury(books, wanted=shop.wanted(), now=shop.now, ids=shop.ids)
    assert buried.payment.is_tombstone
    with pytest.raises(OrderNumberReused):
        shop.ordered()


def test_nobody_was_there_until_somebody_scans(shop: VendorShop) -> None:
    opened = shop.ordered()
    assert not orders.was_scanned(opened.payment)
    shop.scan("anna", opened.order.code)
    shop.release(opened.payment, "anna")
    released = shop.found(opened).payment
    assert released.state is PaymentState.AWAITING_PAYER
    assert orders.was_scanned(released)


def test_an_account_belongs_to_a_terminal_and_its_number_is_taken_once(shop: VendorShop) -> None:
    with shop.store.transaction() as books:
        with pytest.raises(VendorAccountExists):
            accounts.register(books, account=ALIPAY)
        with pytest.raises(TerminalNotFound):
            accounts.register(books, account=replace(ALIPAY, account_id="2", terminal_id="T99"))
        with pytest.raises(IdentifierFormat):
            accounts.register(books, account=replace(ALIPAY, account_id="a" * 65))
        with pytest.raises(VendorAccountNotFound):
            accounts.require(books, vendor=Vendor.WECHATPAY, account_id=ALIPAY.account_id)


def test_settings_are_put_over_those_that_are_there(shop: VendorShop) -> None:
    with shop.store.transaction() as books:
        accounts.change_settings(books, account=ALIPAY, settings={"public_key": "Q", "md5": "1"})
    with shop.store.transaction() as books:
        changed = accounts.require(books, vendor=Vendor.ALIPAY, account_id=ALIPAY.account_id)
        assert changed.settings == {"public_key": "Q", "md5": "1"}
        accounts.change_settings(books, account=changed, settings={"md5": ""})
        assert books.vendor_accounts.of_merchant(SHOP)[0].settings == {"public_key": "Q"}


def test_both_faces_of_one_vendor_share_its_accounts_and_orders() -> None:
    assert VendorFace.WECHATPAY_V2.vendor is VendorFace.WECHATPAY.vendor is Vendor.WECHATPAY
    assert [face.vendor.value for face in VendorFace if face.value in set(Vendor)] == [*Vendor]
