"""A refund under a vendor's numbers is a refund like any other, found by the vendor's rules."""

from __future__ import annotations

import pytest

from ledger.core.vendors import refunds
from ledger.protocol.errors.checkout import RefundExceedsCaptured
from ledger.protocol.errors.service import InvariantBroken
from tests.core.vendors.vendor_shop import ALIPAY, WECHAT, VendorShop


def test_a_refund_is_found_in_its_order_and_in_its_account(shop: VendorShop) -> None:
    opened = shop.ordered()
    shop.pay_order(opened, "anna")
    given = shop.refund_order(opened, 295, "R1")
    assert shop.balance("anna") == 20_000 - 1_000
    now = shop.found(opened)
    with shop.store.reading() as books:
        assert refunds.in_order(books, opened=now, out_no="R1") == given
        assert refunds.in_order(books, opened=now, out_no="R2") is None
        assert refunds.in_account(books, account=ALIPAY, out_no="R1") == given
        assert (
            refunds.in_account(books, account=ALIPAY, vendor_no=given.vendor_refund.vendor_no)
            == given
        )
        assert refunds.in_account(books, account=WECHAT, out_no="R1") is None
        assert refunds.of_order(books, opened=now) == [given]


def test_two_orders_may_each_have_a_refund_of_one_number(shop: VendorShop) -> None:
    one, two = (shop.ordered(out_no=number) for number in ("A1", "A2"))
    for opened in (one, two):
        shop.pay_order(opened, "anna")
    first, second = (shop.refund_order(opened, 100, "R1") for opened in (one, two))
    assert first.refund.merchant_refund_no == "R1"
    assert second.refund.merchant_refund_no != "R1"
    now = shop.found(two)
    with shop.store.reading() as books:
        found = refunds.in_order(books, opened=now, out_no="R1")
    assert found == second


def test_a_number_gives_back_once_in_its_order(shop: VendorShop) -> None:
    opened = shop.ordered()
    shop.pay_order(opened, "anna")
    shop.refund_order(opened, 100, "R1")
    with pytest.raises(InvariantBroken):
        shop.refund_order(opened, 100, "R1")


def test_no_more_goes_back_than_was_paid(shop: VendorShop) -> None:
    opened = shop.ordered(1_000)
    shop.pay_order(opened, "anna")
    shop.refund_order(opened, 600, "R1")
    with pytest.raises(RefundExceedsCaptured):
        shop.refund_order(opened, 401, "R2")
    assert shop.balance("anna") == 20_000 - 400
