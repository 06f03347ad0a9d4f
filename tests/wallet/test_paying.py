"""From a scanned code to a signed receipt, against the real provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from ledger.client import SchemeClient
from ledger.protocol import messages
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.messages import Authorisation
from ledger.protocol.native_wire import Offer
from tests.wallet.conftest import PIN
from tests.wallet.shown_codes import byte_mode_qr
from tests.wallet.test_scan_image import saved
from tests.wallet.world import World


def test_a_signed_code_is_shown_with_the_registered_name_and_paid(world: World) -> None:
    scanned = world.scan("anna", world.till().code(1295))
    review = scanned.json["review"]
    assert review["payee"]["name"] == "Demo Drogerie"
    assert (review["amount_minor"], review["currency"]) == (1295, "EUR")
    assert set(scanned.json["verified"].values()) == {"ok"}
    before = world.balance("anna")
    decided = world.approve("anna", scanned).json
    assert (decided["state"], decided["outcome"]) == ("PAID", "paid")
    assert world.balance("anna") == before - 1295
    (receipt,) = decided["receipts"]
    assert receipt["verifies"]
    assert receipt["states"]["amount_minor"] == 1295


def test_a_tourist_sees_and_signs_what_leaves_the_account(world: World) -> None:
    scanned = world.scan("li-wei", world.till().code(1295))
    review = scanned.json["review"]
    assert (review["payer_amount_minor"], review["payer_currency"]) == (10118, "CNY")
    assert (review["rate"], review["rate_set_by"]) == ("125/16", "qrpay sandbox")
    before = world.balance("li-wei")
    world.approve("li-wei", scanned)
    assert world.balance("li-wei") == before - 10118
    consent = world.phones.store.reviews.get("li-wei", review["review_id"]).consent
    assert consent is not None
    signed = messages.decode(Authorisation, consent.text)
    assert (signed.payee_name, signed.payer_amount.minor_units) == ("Demo Drogerie", 10118)


@pytest.mark.parametrize("profile", ["code", "link"])
def test_each_profile_of_code_pays(world: World, profile: str) -> None:
    till = world.till()
    text = till.code() if profile == "code" else till.link()
    assert world.approve("omar", world.scan("omar", text)).json["outcome"] == "paid"


def test_a_photograph_of_a_code_pays(world: World) -> None:
    photo = saved(byte_mode_qr(world.till().code()).resize((510, 510)))
    scanned = world.send("POST", "/api/wallets/yuki/scan", photo, "image/png")
    assert world.approve("yuki", scanned).json["outcome"] == "paid"


def test_a_sticker_says_whose_it_is_then_takes_the_typed_amount(world: World) -> None:
    sticker = world.till("T02").sticker()
    first = world.scan("anna", sticker).json
    assert first["review"] is None
    assert first["sticker_of"]["name"] == "Demo Drogerie"
    second = world.scan("anna", sticker, amount_minor=700)
    assert second.json["review"]["presented"] == "sticker"
    assert second.json["review"]["amount_minor"] == 700
    assert world.approve("anna", second).json["outcome"] == "paid"


def test_above_the_limit_the_pin_is_needed(world: World) -> None:
    scanned = world.scan("anna", world.till().code(6000))
    assert scanned.json["review"]["needs_pin"]
    assert world.approve("anna", scanned, pin=None).problem == (400, "FIELD_MISSING")
    assert world.approve("anna", scanned, pin="000000").problem == (403, "PIN_WRONG")
    assert world.approve("anna", scanned, pin=PIN).json["outcome"] == "paid"


def test_below_the_limit_the_unlocked_wallet_is_enough(world: World) -> None:
    scanned = world.scan("anna", world.till().code(1295))
    assert not scanned.json["review"]["needs_pin"]
    assert world.approve("anna", scanned, pin=None).json["outcome"] == "paid"


def test_the_sixth_pin_is_not_looked_at_even_if_it_is_right(world: World) -> None:
    scanned = world.scan("anna", world.till().code(6000))
    for _ in range(5):
        assert world.approve("anna", scanned, pin="000000").problem == (403, "PIN_WRONG")
    before = world.state()
    assert world.approve("anna", scanned, pin="000000").problem == (423, "PIN_BLOCKED")
    assert world.approve("anna", scanned, pin=PIN).problem == (423, "PIN_BLOCKED")
    assert world.state() == before
    assert world.review("anna", scanned)["state"] == "SHOWN"
    assert world.balance("anna") == 20_000


def test_too_little_money_is_the_providers_refusal(world: World) -> None:
    scanned = world.scan("chen-jing", world.till().code(2000))
    decided = world.approve("chen-jing", scanned).json
    assert (decided["outcome"], decided["refusal"]) == ("refused", "NOT_ENOUGH_FUNDS")
    assert world.balance("chen-jing") == 8000


def test_a_refused_payment_can_be_scanned_again(world: World) -> None:
    text = world.till().code(2000)
    first = world.scan("chen-jing", text)
    world.approve("chen-jing", first)
    second = world.scan("chen-jing", text)
    assert second.json["review_id"] == first.json["review_id"]
    assert second.json["review"]["state"] == "SHOWN"
    assert second.json["review"]["refusal"] == ""


def test_a_paid_code_scanned_again_shows_its_receipt_and_moves_nothing(world: World) -> None:
    text = world.till().code()
    scanned = world.scan("anna", text)
    world.approve("anna", scanned)
    again = world.scan("anna", text).json["review"]
    assert (again["outcome"], len(again["receipts"])) == ("paid", 1)
    assert world.approve("anna", scanned).json["outcome"] == "paid"
    assert world.balance("anna") == 20_000 - 1295


def test_a_declined_payment_stays_declined(world: World) -> None:
    text = world.till().code()
    scanned = world.scan("anna", text)
    path = f"/api/wallets/anna/reviews/{scanned.json['review_id']}"
    assert world.post(f"{path}/decline").json["outcome"] == "declined"
    assert world.post(f"{path}/approve", {"pin": PIN}).problem == (409, "REVIEW_STATE")
    assert world.post(f"{path}/decline").problem == (409, "REVIEW_STATE")
    assert world.scan("anna", text).json["review"]["outcome"] == "declined"
    assert world.balance("anna") == 20_000


def test_a_review_that_was_looked_at_too_long_is_not_signed(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    world.clock.advance(2 * MINUTE)
    assert world.approve("anna", scanned).problem == (410, "QR_EXPIRED")
    assert world.network.bodies("POST", "/authorise") == []


def test_a_payment_that_the_shop_closed_meanwhile_is_refused(world: World) -> None:
    till = world.till()
    scanned = world.scan("anna", till.code())
    till.close(scanned.json["review"]["payment_id"])
    decided = world.approve("anna", scanned).json
    assert (decided["outcome"], decided["refusal"]) == ("refused", "ORDER_STATE")


# Attacks on what is scanned


def test_a_thiefs_sticker_shows_the_thiefs_registered_name(world: World) -> None:
    thief = world.kiosk()
    first = world.scan("anna", thief.sticker()).json
    assert first["sticker_of"]["name"] == "Kiosk am Kanal"
    second = world.scan("anna", thief.sticker(), amount_minor=700).json
    assert second["review"]["payee"]["name"] == "Kiosk am Kanal"


def test_another_shops_name_in_a_sticker_does_not_reach_the_screen(world: World) -> None:
    world.kiosk()
    forged = world.kiosk().shop.sticker("T01", name="Demo Drogerie")
    assert world.scan("anna", forged).json["sticker_of"]["name"] == "Kiosk am Kanal"
    before = world.state()
    assert world.scan("anna", forged, amount_minor=700).problem == (422, "QR_ORDER_MISMATCH")
    assert world.state() == before


def test_another_shops_name_in_a_code_does_not_reach_the_screen(world: World) -> None:
    forged = world.kiosk().code(name="Demo Drogerie")
    assert world.scan("anna", forged).problem == (422, "QR_ORDER_MISMATCH")


def test_a_code_can_be_paid_once_only(world: World) -> None:
    text = world.till().code()
    theirs = world.scan("omar", text)
    assert world.scan("anna", text).problem == (409, "ORDER_CLAIMED")
    world.approve("omar", theirs)
    assert world.scan("anna", text).problem == (409, "ORDER_ALREADY_PAID")
    assert world.balance("anna") == 20_000


@pytest.mark.parametrize(("after_s", "status"), [(179, 200), (180, 410), (181, 410)])
def test_a_code_ends_at_the_second_it_names(world: World, after_s: int, status: int) -> None:
    text = world.till().code()
    world.clock.advance(after_s * SECOND)
    scanned = world.scan("anna", text)
    assert scanned.status == status
    if status == 410:
        assert scanned.problem == (410, "QR_EXPIRED")


def test_a_code_that_says_another_amount_than_was_asked_is_refused(world: World) -> None:
    till = world.till()
    request = till.request(1295)
    till.ask(request)
    cheaper = till.shop.dynamic(95, request_id=request.request_id)
    assert world.scan("anna", cheaper).problem == (422, "QR_ORDER_MISMATCH")


def test_a_code_of_another_merchants_key_for_this_payment_is_refused(world: World) -> None:
    till, thief = world.till(), world.kiosk()
    request = till.request(1295)
    till.ask(request)
    stolen = thief.shop.dynamic(1295, request_id=request.request_id)
    assert world.scan("anna", stolen).problem == (422, "QR_ORDER_MISMATCH")


# A provider that offers something else than the code says


Twist = Callable[[Offer], Offer]


def another_amount(offer: Offer) -> Offer:
    return structs.replace(offer, amount_minor=offer.amount_minor + 1)


def another_merchant(offer: Offer) -> Offer:
    return structs.replace(offer, payee=structs.replace(offer.payee, merchant_id="M2088DEMO000002"))


def another_payment(offer: Offer) -> Offer:
    other = PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0E")
    return structs.replace(offer, payment=structs.replace(offer.payment, payment_id=other))


@pytest.mark.parametrize("twist", [another_amount, another_merchant, another_payment])
@pytest.mark.parametrize("kind", ["code", "link", "sticker"])
def test_an_offer_that_is_not_for_the_scanned_code_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, twist: Twist
) -> None:
    till = world.till()
    text, typed = {
        "code": (till.code(), {}),
        "link": (till.link(), {}),
        "sticker": (till.sticker(), {"amount_minor": 700}),
    }[kind]
    world.scan("omar", till.sticker())  # the till's key is known before
    call = SchemeClient.call

    def twisted(self: SchemeClient, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        answer = call(self, *args, **kwargs)
        return twist(answer) if isinstance(answer, Offer) else answer

    before = world.state()["review"]
    monkeypatch.setattr(SchemeClient, "call", twisted)
    assert world.scan("anna", text, **typed).problem == (422, "QR_ORDER_MISMATCH")
    assert world.state()["review"] == before
