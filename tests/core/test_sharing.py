"""Shares of a payment: in one entry, of what is left, to whom was bound; and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.core.parties import register
from ledger.core.records.journal import EntryKind
from ledger.core.records.sharing import SharePart
from ledger.core.sharing import receivers, shares
from ledger.protocol.errors.checkout import MerchantNotFound
from ledger.protocol.errors.content import AmountOutOfRange, CurrencyMismatch
from ledger.protocol.errors.vendors import (
    NotShareable,
    ReceiverNotBound,
    ReceiverUnfit,
    ShareBackExceeds,
    ShareExceedsLeft,
    ShareNumberReused,
)
from ledger.protocol.messages import FundingSource
from tests.core.demo_world import KIOSK, SHOP, World, shop
from tests.core.settlement.shop_days import BERLIN_T1, FIRST_DAY, ONE_DAY, ShopDays
from tests.core.settlement.test_documents import SCHEMA, camt, table
from tests.core.state import refused

TEA = "M2088DEMO000003"


@pytest.fixture
def three(world: World) -> World:
    """A world with a third shop, in which the first pays a fee of 60 basis points."""
    world.agree_fee(60)
    with world.store.transaction() as books:
        register.register_merchant(books, merchant=shop(TEA, "Tea House", zh="茶馆"))
    return world


def owed(world: World, *merchant_ids: str) -> list[int]:
    with world.store.reading() as books:
        found = [books.journal.account(f"merchant:{each}:EUR") for each in merchant_ids]
    return [account.balance_minor if account else 0 for account in found]


def test_several_receivers_get_their_shares_in_one_balanced_entry(three: World) -> None:
    sold = three.paid(1295, "li-wei")
    made = three.share(sold, "S1", (KIOSK, 300), (TEA, 150))
    with three.store.reading() as books:
        (entry,) = (
            each
            for each in books.journal.entries_of_payment(sold.payment_id)
            if each.kind is EntryKind.SHARE
        )
    assert entry.entry_id == made.entry_id
    moved = {posting.account_id: posting.amount.minor_units for posting in entry.postings}
    assert moved == {
        f"merchant:{SHOP}:EUR": -450,
        f"merchant:{KIOSK}:EUR": 300,
        f"merchant:{TEA}:EUR": 150,
    }
    assert owed(three, SHOP, KIOSK, TEA) == [1287 - 450, 300, 150]


def test_the_same_request_is_the_same_share_and_another_content_is_refused(world: World) -> None:
    sold = world.paid(1000)
    made = world.share(sold, "S1", (KIOSK, 300))
    assert world.share(sold, "S1", (KIOSK, 300)) == made
    for other in ((KIOSK, 301),), ((KIOSK, 300), (KIOSK, 1)), ():
        with refused(world, ShareNumberReused):
            world.share(sold, "S1", *other, bind=False)
    another = world.paid(1000)
    assert world.share(another, "S1", (KIOSK, 300)).share_no != made.share_no


def test_what_is_left_counts_fee_refunds_coupons_and_earlier_shares(three: World) -> None:
    three.grant("anna", 95, FundingSource.MERCHANT_COUPON, merchant_id=SHOP)
    sold = three.paid(1295, "anna")  # 12.00 are settled, less 7 of fee
    three.share(sold, "S0", (KIOSK, 1))
    with refused(three, ShareExceedsLeft):
        three.share(sold, "S1", (KIOSK, 1193), bind=False)
    three.share(sold, "S1", (KIOSK, 592))
    three.refund(three.payment(sold), 295, "R1")
    given = three.payment(sold)
    with three.store.reading() as books:
        left = shares.left_of(books, given).minor_units
    kept = 1000 - (95 - given.discount_returned_minor) - (7 - given.fee_returned_minor)
    assert left == kept - 593
    with refused(three, ShareExceedsLeft):
        three.share(sold, "S2", (KIOSK, left + 1), bind=False)
    three.share(sold, "S2", (KIOSK, left))
    with refused(three, ShareExceedsLeft):
        three.share(sold, "S3", (KIOSK, 1), bind=False)


def test_no_receiver_gets_anything_where_one_can_not(three: World) -> None:
    sold = three.paid(1000)
    three.share(sold, "S1", (KIOSK, 1))
    for number, (parts, rule) in enumerate(
        [
            (((KIOSK, 100), (TEA, 100)), ReceiverNotBound),
            (((KIOSK, 100), (KIOSK, 0)), AmountOutOfRange),
            (((KIOSK, 100), (KIOSK, -1)), AmountOutOfRange),
        ]
    ):
        with refused(three, rule):
            three.share(sold, f"T{number}", *parts, bind=False)


def test_only_what_is_paid_and_not_given_back_is_shared(world: World) -> None:
    waiting, back, undone = world.request(1000), world.paid(1000), world.paid(1000)
    world.refund(back, 1000, "R1")
    world.reverse(undone.payment_id, undone.merchant_order_no)
    for payment in (waiting, back, undone):
        with world.store.transaction() as books:
            receivers.bind(books, merchant_id=SHOP, receiver_id=KIOSK, now=world.now)
        with refused(world, NotShareable):
            world.share(payment, "S1", (KIOSK, 1), bind=False)


def test_a_refund_after_a_share_is_the_merchants_alone(world: World) -> None:
    sold = world.paid(1000)
    world.share(sold, "S1", (KIOSK, 900))
    world.refund(sold, 1000, "R1")
    assert owed(world, SHOP, KIOSK) == [-900, 900]


def test_receivers_give_back_no_more_than_they_have_nor_than_the_refund_costs(
    three: World,
) -> None:
    sold = three.paid(1295)
    three.share(sold, "S1", (KIOSK, 300), (TEA, 150))
    for amount, back in (
        (1000, (KIOSK, 301)),
        (1000, (TEA, 151)),
        (1000, (SHOP, 1)),
        (100, (KIOSK, 101)),
    ):
        with refused(three, ShareBackExceeds):
            three.refund_shared(sold, amount, "R1", back)
    three.refund_shared(sold, 295, "R1", (KIOSK, 200), (TEA, 50))
    assert owed(three, SHOP, KIOSK, TEA) == [1287 - 450 - 293 + 250, 100, 100]
    with refused(three, ShareBackExceeds):
        three.refund_shared(sold, 500, "R2", (KIOSK, 101))
    three.refund_shared(sold, 500, "R2", (KIOSK, 100))


def test_what_came_back_can_be_shared_again(world: World) -> None:
    sold = world.paid(1000)
    world.share(sold, "S1", (KIOSK, 1000))
    world.refund_shared(sold, 400, "R1", (KIOSK, 400))
    with refused(world, ShareExceedsLeft):
        world.share(sold, "S2", (KIOSK, 1), bind=False)
    world.refund(sold, 100, "R2")
    assert owed(world, SHOP, KIOSK) == [-100, 600]


def test_a_receiver_is_another_merchant_of_the_same_currency(world: World) -> None:
    with world.store.transaction() as books:
        merchant = shop(TEA, "Tea House", zh="茶馆", code="CNY")
        register.register_merchant(books, merchant=merchant)
    for receiver_id, rule in ((SHOP, ReceiverUnfit), (TEA, ReceiverUnfit), ("M", MerchantNotFound)):
        with refused(world, rule), world.store.transaction() as books:
            receivers.bind(books, merchant_id=SHOP, receiver_id=receiver_id, now=world.now)


def test_an_amount_of_another_currency_is_refused(world: World) -> None:
    sold, abroad = world.paid(1000), world.paid(1000, "li-wei")
    with world.store.transaction() as books:
        receivers.bind(books, merchant_id=SHOP, receiver_id=KIOSK, now=world.now)
    payment = world.payment(abroad)
    assert payment.payer_amount is not None
    with refused(world, CurrencyMismatch), world.store.transaction() as books:
        part = SharePart(KIOSK, payment.payer_amount)
        shares.share(
            books,
            payment_id=sold.payment_id,
            request_no="S1",
            share_no="1",
            parts=[part],
            now=world.now,
            ids=world.ids,
        )


def test_each_merchant_has_the_share_in_a_statement_of_its_own(three: World) -> None:
    days = ShopDays(three)
    kiosk = ShopDays(three, replace(BERLIN_T1, merchant_id=KIOSK))
    sold = three.paid(1295, "li-wei")
    three.share(sold, "S1", (KIOSK, 300))
    batch, received = days.close(FIRST_DAY), kiosk.close(FIRST_DAY)
    assert [(line.kind, line.net_minor) for line in days.lines(batch)] == [
        (EntryKind.CAPTURE, 1287),
        (EntryKind.SHARE, -300),
    ]
    assert (batch.net_minor, batch.fee_minor, batch.paid_out_minor) == (987, 8, 987)
    (line,) = kiosk.lines(received)
    assert (line.kind, line.amount_minor, line.net_minor, line.fee_minor) == ("SHARE", 300, 300, 0)
    assert (line.payment_id, line.rate) == (sold.payment_id, "")
    assert (line.payer_amount_minor, line.payer_currency) == (0, "EUR")
    assert received.paid_out_minor == 300
    days.pay_out(batch)
    kiosk.pay_out(received)
    assert owed(three, SHOP, KIOSK) == [0, 0]


def test_a_refund_on_a_later_day_is_in_its_own_statement_with_what_came_back(
    three: World,
) -> None:
    days = ShopDays(three)
    kiosk = ShopDays(three, replace(BERLIN_T1, merchant_id=KIOSK))
    sold = three.paid(1295)
    three.share(sold, "S1", (KIOSK, 1000))
    days.close(FIRST_DAY)
    kiosk.close(FIRST_DAY)
    three.refund_shared(sold, 1295, "R1", (KIOSK, 600))
    debtor, returned = days.close(FIRST_DAY + ONE_DAY), kiosk.close(FIRST_DAY + ONE_DAY)
    assert [line.net_minor for line in days.lines(debtor)] == [-1287, 600]
    assert (debtor.paid_out_minor, debtor.carried_out_minor) == (0, -687)
    assert [line.net_minor for line in kiosk.lines(returned)] == [-600]
    assert (returned.paid_out_minor, returned.carried_out_minor) == (0, -600)


def test_documents_name_a_share_and_no_payer(three: World) -> None:
    days = ShopDays(three)
    three.share(three.paid(1295, "li-wei"), "S1", (KIOSK, 300))
    batch = days.close(FIRST_DAY)
    SCHEMA.validate(text := camt(days, batch))
    assert text.count("<InstdAmt>") == 1
    assert "<Prtry><Cd>share</Cd>" in text
    head, _, row, total = table(batch, days.lines(batch))
    named = dict(zip(head, row, strict=True))
    assert (named["kind"], named["amount"], named["net"]) == ("share", "-3.00", "-3.00")
    assert (named["payer_amount"], named["rate"]) == ("0.00", "")
    assert dict(zip(head, total, strict=True))["net"] == "9.87"
