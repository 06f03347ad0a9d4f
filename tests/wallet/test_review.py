"""What was shown is what is signed, and a review goes only where its table says."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from ledger.protocol import messages
from ledger.protocol.errors.checkout import ReviewMismatch, ReviewState
from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId
from ledger.protocol.instants import Instant, later
from ledger.protocol.messages import Funded, FundingSource, Intent, Presented
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, PrivateKey
from tests.wallet.shop import EUR, NOW
from tests.wallet.world import World
from wallet.authorise import require_signed_is_shown
from wallet.review import REVIEW, Event, Review, Shown, State, require_same

CNY = currency("CNY")
KEY = PrivateKey.from_seed(Algorithm.ED25519, bytes(32))

SHOWN = Shown(
    payment_id=PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0E"),
    merchant_id="M2088DEMO000001",
    payee_name="Demo Drogerie",
    payee_names={"de": "Demo Drogerie", "en": "Demo Drugstore", "zh": "演示药妆店"},
    payee_city="Berlin",
    presented=Presented.MERCHANT,
    subject="Einkauf",
    amount=Money(1295, EUR),
    payer_amount=Money(10118, CNY),
    rate="125/16",
    rate_set_by="qrpay sandbox",
    quote_id="fxq_01KAK9Q3ZV7T2M5X8B4C6D0E",
    code_digest="a" * 64,
    needs_pin=False,
    expires_at=later(NOW, 120_000),
)

CHANGED: dict[str, object] = {
    "payment_id": PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0F"),
    "merchant_id": "M2088DEMO000002",
    "payee_name": "Kiosk am Kanal",
    "payee_names": {"de": "Kiosk am Kanal"},
    "payee_city": "Bonn",
    "presented": Presented.CONSUMER,
    "subject": "",
    "amount": Money(1296, EUR),
    "payer_amount": Money(10119, CNY),
    "rate": "126/16",
    "rate_set_by": "somebody",
    "quote_id": "fxq_01KAK9Q3ZV7T2M5X8B4C6D0F",
    "code_digest": "b" * 64,
    "needs_pin": True,
    "intent": Intent.DEPOSIT,
    "hold_until": "2026-12-22T12:00:00.000Z",
    "funding": (Funded(FundingSource.COUPON, 200),),
}


def changed(name: str) -> Shown:
    return replace(SHOWN, **{name: CHANGED[name]})  # type: ignore[arg-type]


def consent_to(shown: Shown) -> messages.Signed:
    authorisation = shown.authorisation(
        authorisation_id="aut_01KAK9Q3ZV7T2M5X8B4C6D0E",
        payer_id=PayerId("pyr_01KAK9Q3ZV7T2M5X8B4C6D0E"),
        device_id=DeviceId("dev_01KAK9Q3ZV7T2M5X8B4C6D0E"),
        now=NOW,
    )
    return messages.seal(authorisation, KEY)


def test_every_field_that_is_shown_is_compared() -> None:
    assert set(CHANGED) == {field.name for field in fields(Shown)} - {"expires_at"}


@pytest.mark.parametrize("name", CHANGED)
def test_an_offer_that_changed_after_it_was_shown_is_not_signed(name: str) -> None:
    with pytest.raises(ReviewMismatch, match=name):
        require_same(SHOWN, changed(name))


def test_only_the_end_of_its_time_may_move() -> None:
    require_same(SHOWN, replace(SHOWN, expires_at=Instant(SHOWN.expires_at + 1)))


SIGNED_FIELDS = [
    "payment_id",
    "merchant_id",
    "payee_name",
    "amount",
    "payer_amount",
    "quote_id",
    "intent",
    "code_digest",
]


@pytest.mark.parametrize("name", SIGNED_FIELDS)
def test_a_consent_that_says_anything_else_than_was_shown_is_not_sent(name: str) -> None:
    require_signed_is_shown(consent_to(SHOWN), SHOWN)
    with pytest.raises(ReviewMismatch):
        require_signed_is_shown(consent_to(changed(name)), SHOWN)


def test_a_review_changed_in_the_store_is_not_signed(world: World) -> None:
    scanned = world.scan("anna", world.till().code(1295))
    world.store.execute("UPDATE review SET shown = CAST(replace(shown, '1295', '1294') AS BLOB)")
    assert world.approve("anna", scanned).problem == (409, "REVIEW_MISMATCH")
    assert world.network.bodies("POST", "/authorise") == []
    assert world.balance("anna") == 20_000


def test_a_signer_that_signs_something_else_gets_nothing_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code(1295))
    write = Shown.authorisation

    def write_more(shown: Shown, **kwargs: object) -> messages.Authorisation:
        written = write(shown, **kwargs)  # type: ignore[arg-type]
        return replace(written, amount=Money(9900, EUR), payer_amount=Money(9900, EUR))

    monkeypatch.setattr(Shown, "authorisation", write_more)
    assert world.approve("anna", scanned).problem == (409, "REVIEW_MISMATCH")
    assert world.network.bodies("POST", "/authorise") == []
    assert world.review("anna", scanned)["state"] == "SHOWN"


def review(state: State) -> Review:
    return Review(review_id="rev_1", wallet="anna", state=state, shown=SHOWN, created_at=NOW)


STEPS = {
    Event.SHOW: lambda of: of.again(SHOWN),
    Event.APPROVE: lambda of: of.approved(consent_to(SHOWN)),
    Event.PAY: lambda of: of.paid(),
    Event.HOLD: lambda of: of.held(),
    Event.CAPTURE: lambda of: of.followed(Event.CAPTURE),
    Event.RELEASE: lambda of: of.followed(Event.RELEASE),
    Event.REFUSE: lambda of: of.refused("NOT_ENOUGH_FUNDS"),
    Event.DECLINE: lambda of: of.declined(),
}


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_a_review_goes_where_its_table_says_and_nowhere_else(state: State, event: Event) -> None:
    following = REVIEW.table[state].get(event)
    if following is None:
        with pytest.raises(ReviewState):
            STEPS[event](review(state))
    else:
        assert STEPS[event](review(state)).state is following


def test_money_that_moved_is_the_end_and_doubt_is_left_by_the_providers_word_only() -> None:
    assert REVIEW.is_final(State.PAID)
    assert set(REVIEW.table[State.APPROVED]) == {Event.PAY, Event.HOLD, Event.REFUSE}


def test_showing_anew_forgets_the_consent_and_the_refusal() -> None:
    refused = review(State.SHOWN).approved(consent_to(SHOWN)).refused("NOT_ENOUGH_FUNDS")
    again = refused.again(SHOWN)
    assert (again.consent, again.refusal) == (None, "")
