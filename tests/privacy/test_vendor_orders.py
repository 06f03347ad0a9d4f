"""What a vendor's face was told beside the payment is forgotten in time, and with its payer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.core.privacy import erasure
from ledger.core.privacy.purge import purge, scrub_after_erasures
from ledger.core.records.vendors import Vendor, VendorOrder, VendorRefund
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened
from ledger.protocol.instants import DAY, later
from ledger.store import open_store
from tests.core.demo_world import SHOP
from tests.core.vendors.vendor_shop import VendorShop
from tests.privacy.filed_world import deliver

SAID = "canary: hair dye for Frau Muster"
KEPT_DAYS = 180


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[VendorShop]:
    made = VendorShop(open_store(tmp_path / "books.db"))
    yield made
    made.close()


def anna(shop: VendorShop) -> str:
    """How the shop calls Anna."""
    return aliases.alias(shop.wallets["anna"].payer, vendor=Vendor.ALIPAY, merchant_id=SHOP)


def refunded(shop: VendorShop) -> Opened:
    """An order that was for Anna alone, paid and given back, with words on both."""
    wanted = shop.wanted(20_000, facts={"subject": SAID}, payer_alias=anna(shop))
    opened = shop.open_order(wanted)
    shop.pay_order(opened, "anna")
    shop.refund_order(opened, 20_000, "R1")
    deliver(shop)
    return opened


def kept(shop: VendorShop, opened: Opened) -> tuple[VendorOrder, VendorRefund]:
    """What is left of an order and of its refund."""
    with shop.store.reading() as books:
        order = books.vendor_orders.of_payment(opened.order.payment_id)
        assert order is not None
        return order, books.vendor_orders.refunds(opened.order.payment_id)[0]


def found(folder: Path, text: str) -> bool:
    """Whether a text stands in the bytes of any file."""
    return any(text.encode() in path.read_bytes() for path in folder.iterdir())


def test_facts_are_kept_for_half_a_year_and_numbers_for_ever(
    shop: VendorShop, tmp_path: Path
) -> None:
    opened = refunded(shop)
    before = kept(shop, opened)
    assert before[0] == opened.order
    shop.now = later(shop.now, KEPT_DAYS * DAY)
    purge(shop.store, now=shop.now)
    assert kept(shop, opened) == before
    assert found(tmp_path, SAID)
    shop.now = later(shop.now, 1)
    purge(shop.store, now=shop.now)
    order, refund = before
    assert kept(shop, opened) == (
        replace(order, facts={}, payer_alias=""),
        replace(refund, facts={}),
    )
    assert not found(tmp_path, SAID)


def test_a_payer_who_is_erased_takes_the_facts_along(shop: VendorShop, tmp_path: Path) -> None:
    called = anna(shop)
    opened = refunded(shop)
    assert found(tmp_path, called)
    payer_id = shop.payer_id("anna")
    spend_everything(shop)
    with shop.store.transaction() as books:
        erasure.erase(books, payer_id=payer_id, now=shop.now)
    scrub_after_erasures(shop.store)
    order, refund = kept(shop, opened)
    assert (order.facts, order.payer_alias, refund.facts) == ({}, "", {})
    assert not found(tmp_path, SAID)
    assert not found(tmp_path, called)


def spend_everything(shop: VendorShop) -> None:
    """Anna buys for all she has, so that she can leave."""
    opened = shop.ordered(20_000, out_no="last")
    shop.pay_order(opened, "anna")
    deliver(shop)
