"""A merchant recognises its own payers and nobody else's, and never sees an account."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.parties import pairwise
from ledger.protocol.identifiers import Kind, check_merchant_id
from tests.core.demo_world import KIOSK, SHOP, World

PAYERS = 100_000

merchant_ids = st.from_regex(r"[A-Za-z0-9]{1,20}", fullmatch=True).map(check_merchant_id)


def test_a_hundred_thousand_payers_of_one_merchant_are_as_many_strangers() -> None:
    anna = World().wallets["anna"].payer
    payers = (replace(anna, pairwise_secret=n.to_bytes(32, "big")) for n in range(PAYERS))
    assert len({pairwise.ppid(payer, SHOP) for payer in payers}) == PAYERS


@given(st.binary(min_size=32, max_size=32), merchant_ids, merchant_ids)
def test_one_payer_is_two_strangers_at_two_merchants_and_one_at_one(
    secret: bytes, here: str, there: str
) -> None:
    payer = replace(World().wallets["anna"].payer, pairwise_secret=secret)
    assert pairwise.ppid(payer, here) == pairwise.ppid(payer, here)
    assert (pairwise.ppid(payer, here) == pairwise.ppid(payer, there)) == (here == there)


def test_nothing_that_is_signed_for_a_merchant_names_the_payers_account_or_phone() -> None:
    world = World()
    paid = world.paid(1295, "anna")
    world.refund(paid, 95, "R1")
    world.paid(100, "anna", KIOSK)
    by_code = world.collect(450, "anna").payment
    world.reverse(by_code.payment_id, by_code.merchant_order_no)
    with world.store.reading() as books:
        payments = books.payments.page("", 100)
        texts = [
            row.notification.text for p in payments for row in books.outbox.of_payment(p.payment_id)
        ]
        texts += [row.signed.text for row in books.receipts.page("", 100)]
    assert len(texts) == 10
    for kind in (Kind.PAYER, Kind.DEVICE):
        assert not [text for text in texts if f"{kind.value}_" in text]
