"""WeChat Pay takes ten payment codes a day without asking, each up to an amount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.checkout import claims
from ledger.core.checkout.payment_codes import CodePayment
from ledger.core.parties import register
from ledger.core.records.parties import Terminal
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.instants import HOUR, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money, currency
from tests.core import ground
from tests.core.vendors.vendor_shop import VendorShop

ASKED, PAID = PaymentState.AUTHORISING, PaymentState.PAID
TILL_MIDNIGHT_IN_CHINA = 4 * HOUR
"""The tests begin at noon in Greenwich."""


def collect(shop: VendorShop, number: int) -> CodePayment:
    opened = shop.at_wechat(number)
    code = shop.vendor_code("anna", "13")
    return shop.present(opened, code, shop.wechat_limits(opened.payment))


def states(shop: VendorShop, numbers: range) -> list[PaymentState]:
    return [collect(shop, number).payment.state for number in numbers]


def test_the_eleventh_payment_of_a_day_in_china_asks_for_the_password(shop: VendorShop) -> None:
    assert states(shop, range(11)) == [PAID] * 10 + [ASKED]
    shop.now = later(shop.now, TILL_MIDNIGHT_IN_CHINA - 1)
    assert states(shop, range(20, 21)) == [ASKED]
    shop.now = later(shop.now, 1)
    assert states(shop, range(30, 41)) == [PAID] * 10 + [ASKED]


def test_who_is_asked_has_to_give_the_password_however_little_it_is(shop: VendorShop) -> None:
    *_, asked = [collect(shop, number) for number in range(11)]
    with shop.store.reading() as books:
        offer = claims.offer(
            books,
            payer_id=shop.payer_id("anna"),
            payment_id=asked.payment.payment_id,
            policy=shop.policy,
            now=shop.now,
        )
    assert (offer.payer_amount.minor_units, offer.needs_pin) == (1, True)


def test_what_was_asked_about_does_not_count(shop: VendorShop) -> None:
    opened = shop.at_wechat(0)
    everything_asks = replace(shop.policy, without_pin={})
    shop.present(opened, shop.vendor_code("anna", "13"), everything_asks)
    assert shop.authorise(opened.payment, "anna").payment.state is PAID
    assert states(shop, range(1, 12)) == [PAID] * 10 + [ASKED]


def test_what_was_reversed_does_not_count_and_what_was_given_back_does(shop: VendorShop) -> None:
    *_, refunded, reversed_ = [collect(shop, number).payment for number in range(10)]
    shop.refund(refunded, 1, "R1")
    assert states(shop, range(10, 11)) == [ASKED]
    shop.reverse(reversed_.payment_id, reversed_.merchant_order_no)
    assert states(shop, range(11, 13)) == [PAID, ASKED]


def test_what_was_paid_at_others_does_not_count(shop: VendorShop) -> None:
    for number in range(10):
        wanted = shop.wanted(1, out_no=f"A{number}", presented=Presented.CONSUMER)
        at_alipay = shop.open_order(replace(wanted, code=""))
        assert shop.present(at_alipay, shop.vendor_code("anna", "28")).payment.state is PAID
        assert shop.collect(1, "anna").payment.state is PAID
    assert states(shop, range(11)) == [PAID] * 10 + [ASKED]


def test_what_one_payment_may_be_is_a_thousand_yuan_at_home_and_three_thousand_overseas(
    shop: VendorShop,
) -> None:
    with shop.store.transaction() as books:
        chinese = ground.shop("M2088DEMO000003", "Cha", zh="茶", code="CNY")
        register.register_merchant(books, merchant=chinese)
        register.register_terminal(books, terminal=Terminal("M2088DEMO000003", "T01", "1", "Mitte"))
    abroad = shop.at_wechat(1).payment
    in_yuan = replace(abroad, amount=Money(1, currency("CNY")))
    at_home = replace(in_yuan, merchant_id="M2088DEMO000003")
    most = [shop.wechat_limits(payment).without_pin for payment in (abroad, in_yuan, at_home)]
    assert most == [{"EUR": 38_400}, {"CNY": 300_000}, {"CNY": 100_000}]


def test_with_a_spread_nobody_pays_more_than_the_limit_unasked(shop: VendorShop) -> None:
    shop.rates = replace(shop.rates, spread_bps=100)
    assert shop.wechat_limits(shop.at_wechat(1).payment).without_pin == {"EUR": 38_019}


def test_where_there_is_no_rate_there_is_no_limit_to_be_told(shop: VendorShop) -> None:
    shop.rates = replace(shop.rates, per_euro={"EUR": (1, 1)})
    with pytest.raises(CurrencyUnsupported):
        shop.wechat_limits(shop.at_wechat(1).payment)
