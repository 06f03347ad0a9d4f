"""A sticker on the counter: the payer types the amount, and a day's sum is capped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.parties import register
from ledger.core.records.parties import PartyStatus
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    OrderNumberReused,
    PayerBlocked,
    StaticQrDailyLimit,
    TerminalNotFound,
)
from ledger.protocol.errors.codes import QrNotPayable, QrOrderMismatch
from ledger.protocol.errors.content import AmountOutOfRange, CurrencyMismatch, IdentifierFormat
from ledger.protocol.instants import DAY, HOUR, MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import StickerCode
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, World
from tests.core.state import refused, state_of

REQUEST_ID = "01KAK9Q3ZV7T2M5X8B4C6D0E"


def pay_sticker(world: World, name: str, amount_minor: int) -> PaymentState:
    offer = world.claim_sticker(name, amount_minor)
    return world.authorise(offer.payment, name).payment.state


def test_a_payer_pays_a_typed_amount_to_the_registered_shop(world: World) -> None:
    offer = world.claim_sticker("anna", 300, code=world.sticker(KIOSK))
    assert offer.merchant.name == "Kiosk am Kanal"
    assert offer.payment.presented is Presented.STICKER
    assert offer.payment.terminal_id == "T02"
    assert world.authorise(offer.payment, "anna").payment.state is PaymentState.PAID


def test_the_merchant_finds_a_sticker_payment_under_a_number_of_its_own(world: World) -> None:
    offer = world.claim_sticker("anna", 300, request_id=REQUEST_ID)
    assert offer.payment.merchant_order_no == f"ST-{REQUEST_ID}"


def test_the_same_claim_again_is_the_same_offer(world: World) -> None:
    offer = world.claim_sticker("li-wei", 300, request_id=REQUEST_ID)
    before = state_of(world.store)
    assert world.claim_sticker("li-wei", 300, request_id=REQUEST_ID) == offer
    assert state_of(world.store) == before


def test_a_request_id_once_used_can_not_stand_for_anything_else(world: World) -> None:
    world.claim_sticker("anna", 300, request_id=REQUEST_ID)
    for name, amount_minor, code in (
        ("anna", 301, world.sticker()),
        ("li-wei", 300, world.sticker()),
        ("anna", 300, world.sticker(KIOSK)),
    ):
        with refused(world, OrderNumberReused):
            world.claim_sticker(name, amount_minor, code=code, request_id=REQUEST_ID)


def test_an_order_number_that_the_merchant_has_used_already_is_refused(world: World) -> None:
    world.request(100, order_no=f"ST-{REQUEST_ID}")
    with refused(world, OrderNumberReused):
        world.claim_sticker("anna", 300, request_id=REQUEST_ID)


def test_stickers_are_capped_per_payer_and_day(world: World) -> None:
    world.wallets["rich"] = world.add_payer("rich", "EUR", 200_000)
    assert pay_sticker(world, "rich", 30_000) is PaymentState.PAID
    with refused(world, StaticQrDailyLimit):
        world.claim_sticker("rich", 20_001)
    assert pay_sticker(world, "rich", 20_000) is PaymentState.PAID
    with refused(world, StaticQrDailyLimit):
        world.claim_sticker("rich", 1)
    assert pay_sticker(world, "anna", 1_000) is PaymentState.PAID


def test_the_next_day_is_another_day(world: World) -> None:
    world.wallets["rich"] = world.add_payer("rich", "EUR", 200_000)
    pay_sticker(world, "rich", 50_000)
    world.wait(12 * HOUR - 1)
    with refused(world, StaticQrDailyLimit):
        world.claim_sticker("rich", 1)
    world.wait(1)
    assert world.now % DAY == 0
    assert pay_sticker(world, "rich", 50_000) is PaymentState.PAID


def test_offers_open_side_by_side_do_not_get_around_the_cap(world: World) -> None:
    world.wallets["rich"] = world.add_payer("rich", "EUR", 200_000)
    first, second = world.claim_sticker("rich", 30_000), world.claim_sticker("rich", 30_000)
    world.authorise(first.payment, "rich")
    with refused(world, StaticQrDailyLimit):
        world.authorise(second.payment, "rich")


def test_what_is_paid_by_code_on_a_screen_does_not_count(world: World) -> None:
    world.wallets["rich"] = world.add_payer("rich", "EUR", 200_000)
    world.paid(40_000, "rich")
    assert pay_sticker(world, "rich", 50_000) is PaymentState.PAID


def test_without_a_cap_for_a_currency_nothing_is_paid_to_stickers_in_it(world: World) -> None:
    world.policy = replace(world.policy, sticker_daily={})
    with refused(world, StaticQrDailyLimit):
        world.claim_sticker("anna", 1)


def test_a_code_for_one_payment_is_no_sticker(world: World) -> None:
    code = world.code(world.request(300))
    with refused(world, QrNotPayable):
        world.claim_sticker("anna", 300, code=code)


def test_a_sticker_of_a_terminal_that_is_gone_is_refused(world: World) -> None:
    code = world.sticker(change=lambda sticker: replace(sticker, terminal_label="T77"))
    with refused(world, TerminalNotFound):
        world.claim_sticker("anna", 300, code=code)


OTHER_THAN_THE_REGISTER: dict[str, Callable[[StickerCode], StickerCode]] = {
    "name": lambda sticker: replace(sticker, merchant_name="Demo Apotheke"),
    "city": lambda sticker: replace(sticker, merchant_city="Hamburg"),
    "country": lambda sticker: replace(sticker, country="AT"),
    "line of business": lambda sticker: replace(sticker, mcc="5411"),
    "postal code": lambda sticker: replace(sticker, postal_code="20095"),
    "store": lambda sticker: replace(sticker, store_label="Altona"),
    "currency": lambda sticker: replace(sticker, currency=currency("USD")),
}


@pytest.mark.parametrize(
    "change", OTHER_THAN_THE_REGISTER.values(), ids=list(OTHER_THAN_THE_REGISTER)
)
def test_a_well_signed_sticker_that_says_anything_else_than_the_register_is_refused(
    world: World, change: Callable[[StickerCode], StickerCode]
) -> None:
    code = world.sticker(change=change)
    with refused(world, QrOrderMismatch):
        world.claim_sticker("anna", 300, code=code)


@pytest.mark.parametrize("minor_units", [-1, 0, 10**11 + 1])
def test_a_typed_amount_out_of_range_is_refused(world: World, minor_units: int) -> None:
    with refused(world, AmountOutOfRange):
        world.claim_sticker("anna", minor_units)


def test_a_typed_amount_in_another_currency_is_refused(world: World) -> None:
    world.typed = currency("CNY")
    with refused(world, CurrencyMismatch):
        world.claim_sticker("anna", 300)


def test_a_request_id_that_is_none_is_refused(world: World) -> None:
    with refused(world, IdentifierFormat):
        world.claim_sticker("anna", 300, request_id="../../etc/passwd")


def test_whoever_is_blocked_takes_no_part(world: World) -> None:
    with world.store.transaction() as books:
        register.set_payer_status(
            books, payer_id=world.payer_id("anna"), status=PartyStatus.BLOCKED
        )
        register.set_merchant_status(books, merchant_id=KIOSK, status=PartyStatus.BLOCKED)
    with refused(world, PayerBlocked):
        world.claim_sticker("anna", 300)
    with refused(world, MerchantBlocked):
        world.claim_sticker("li-wei", 300, code=world.sticker(KIOSK))


def test_an_offer_that_is_not_taken_up_runs_out(world: World) -> None:
    offer = world.claim_sticker("anna", 300)
    assert offer.payment.expires_at == world.now + 5 * MINUTE
    assert offer.payer_amount == Money(300, currency("EUR"))
