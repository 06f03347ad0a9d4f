"""A vendor's code leads a wallet to its payment, a vendor's payment code a till to its payer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases, orders
from ledger.protocol.errors.checkout import (
    NotEnoughFunds,
    OrderAlreadyPaid,
    OrderClaimed,
    OrderNotFound,
)
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid, QrExpired
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import SECOND, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from tests.core.demo_world import KIOSK, SHOP
from tests.core.vendors.vendor_shop import ALIPAY, VendorShop


def test_a_wallet_that_scans_a_vendors_code_is_offered_the_payment_and_pays(
    shop: VendorShop,
) -> None:
    opened = shop.ordered()
    offer = shop.scan("li-wei", opened.order.code)
    assert offer.payment.payment_id == opened.payment.payment_id
    assert (str(offer.payment.amount), str(offer.payer_amount)) == ("12.95 EUR", "101.18 CNY")
    assert shop.scan("li-wei", opened.order.code) == offer
    assert shop.authorise(opened.payment, "li-wei").payment.state is PaymentState.PAID
    assert shop.balance("li-wei") == 500_000 - 10_118
    with pytest.raises(OrderAlreadyPaid):
        shop.scan("anna", opened.order.code)


def test_one_order_has_one_payer_at_a_time(shop: VendorShop) -> None:
    opened = shop.ordered()
    shop.scan("anna", opened.order.code)
    with pytest.raises(OrderClaimed):
        shop.scan("li-wei", opened.order.code)


@pytest.mark.parametrize("code", ["https://qr.alipay.com/bax0", ""])
def test_a_code_that_nobody_issued_here_leads_nowhere(shop: VendorShop, code: str) -> None:
    shop.open_order(replace(shop.wanted(), code=""))
    with pytest.raises(OrderNotFound):
        shop.scan("anna", code)


def test_a_code_begins_no_payment_once_its_time_is_over(shop: VendorShop) -> None:
    until = later(shop.now, 2 * SECOND)
    opened = shop.open_order(replace(shop.wanted(), code_until=until))
    shop.now = later(until, -1)
    shop.scan("anna", opened.order.code)
    shop.release(opened.payment, "anna")
    shop.now = until
    with pytest.raises(QrExpired):
        shop.scan("anna", opened.order.code)


def test_a_code_that_was_replaced_is_dead(shop: VendorShop) -> None:
    opened = shop.ordered()
    with shop.store.transaction() as books:
        books.vendor_orders.replace(replace(opened.order, code="https://qr.example/new"))
    with pytest.raises(OrderNotFound):
        shop.scan("anna", opened.order.code)
    assert shop.scan("anna", "https://qr.example/new").payment.merchant_order_no == "A1"


def test_an_order_that_names_its_payer_is_for_nobody_else(shop: VendorShop) -> None:
    anna = shop.wallets["anna"].payer
    called = aliases.alias(anna, vendor=Vendor.ALIPAY, merchant_id=SHOP)
    opened = shop.open_order(shop.wanted(payer_alias=called))
    with pytest.raises(OrderClaimed):
        shop.scan("li-wei", opened.order.code)
    shop.scan("anna", opened.order.code)


def test_an_alias_has_the_vendors_form_and_tells_two_merchants_nothing(shop: VendorShop) -> None:
    payers = [wallet.payer for wallet in shop.wallets.values()]
    buyers = {aliases.alias(each, vendor=Vendor.ALIPAY, merchant_id=SHOP) for each in payers}
    elsewhere = {aliases.alias(each, vendor=Vendor.ALIPAY, merchant_id=KIOSK) for each in payers}
    assert len(buyers) == len(payers)
    assert not buyers & elsewhere
    assert all(len(each) == 16 and each.startswith("2088") and each.isdecimal() for each in buyers)
    openid = aliases.alias(payers[0], vendor=Vendor.WECHATPAY, merchant_id=SHOP)
    assert len(openid) == 28
    with shop.store.reading() as books:
        named = aliases.payer_called(
            books, called=openid, vendor=Vendor.WECHATPAY, merchant_id=SHOP
        )
        assert named == payers[0]
        assert (
            aliases.payer_called(books, called=openid, vendor=Vendor.WECHATPAY, merchant_id=KIOSK)
            is None
        )


@pytest.mark.parametrize("prefix", ["25", "30", "10", "15", "99", "28100602"])
def test_a_payment_code_with_a_vendors_prefix_pays_an_order(shop: VendorShop, prefix: str) -> None:
    opened = shop.open_order(shop.wanted(presented=Presented.CONSUMER))
    paid = shop.present(opened, shop.vendor_code("anna", prefix))
    assert paid.payment.state is PaymentState.PAID
    assert shop.balance("anna") == 20_000 - 1_295


def test_above_the_limit_the_payer_is_asked_and_asking_again_changes_nothing(
    shop: VendorShop,
) -> None:
    opened = shop.open_order(shop.wanted(9_000, presented=Presented.CONSUMER))
    asked = shop.present(opened, shop.vendor_code("anna", "28"))
    assert asked.payment.state is PaymentState.AUTHORISING
    again = shop.present(shop.found(opened), shop.vendor_code("li-wei", "28"))
    assert again.payment == asked.payment
    assert shop.authorise(opened.payment, "anna").payment.state is PaymentState.PAID


def test_a_code_pays_once_and_a_forged_one_never(shop: VendorShop) -> None:
    first, second = (
        shop.open_order(shop.wanted(100, out_no=each, presented=Presented.CONSUMER))
        for each in ("A1", "A2")
    )
    code = shop.vendor_code("anna", "28")
    shop.present(first, code)
    with pytest.raises(PaymentAuthCodeInvalid):
        shop.present(second, code)
    fresh = shop.vendor_code("anna", "28")
    with pytest.raises(PaymentAuthCodeInvalid):
        shop.present(second, "25" + fresh[2:])
    assert shop.found(second).payment.state is PaymentState.AWAITING_PAYER


def test_an_order_shown_as_a_code_gives_way_to_one_for_a_payment_code(shop: VendorShop) -> None:
    shown = shop.ordered()
    with pytest.raises(FieldFormat):
        shop.present(shown, shop.vendor_code("anna", "28"))
    with shop.store.transaction() as books:
        orders.supersede(books, opened=shown, now=shop.now, ids=shop.ids, key=shop.key)
    wanted = replace(shop.wanted(presented=Presented.CONSUMER), vendor_no="V2", code="")
    opened = shop.open_order(wanted)
    paid = shop.present(opened, shop.vendor_code("anna", "28")).payment
    assert (paid.state, shop.found(opened).payment) == (PaymentState.PAID, paid)
    with pytest.raises(OrderNotFound):
        shop.scan("anna", shown.order.code)


def test_a_payer_without_money_leaves_the_order_as_it_was(shop: VendorShop) -> None:
    opened = shop.open_order(shop.wanted(4_900, presented=Presented.CONSUMER))
    with pytest.raises(NotEnoughFunds):
        shop.present(opened, shop.vendor_code("chen-jing", "28"))
    assert shop.found(opened) == opened
    assert ALIPAY.vendor is opened.order.vendor
