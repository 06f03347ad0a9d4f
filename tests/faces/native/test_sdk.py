"""The published client and the face understand each other, refusals and streams included."""

from __future__ import annotations

from itertools import islice

import pytest
from msgspec import structs

from ledger.client import SchemeClient
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol import messages, native_api
from ledger.protocol import native_wire as wire
from ledger.protocol.errors.checkout import OrderAlreadyPaid, OrderNotFound
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.signing import KeyDirectory, PrivateKey, b64url
from tests.faces.native.http_world import HttpWorld, seeded_key
from tests.faces.native.wire import BASE


def client_of(world: HttpWorld, key: PrivateKey | None) -> SchemeClient:
    """Somebody's connection through the published client."""

    def ledger_keys() -> KeyDirectory:
        return world.line.directory

    return SchemeClient(
        BASE,
        WsgiTransport({BASE: world.app}),
        key=key,
        ledger_keys=ledger_keys,
        clock=world.clock,
        entropy=world.line.entropy,
    )


def test_a_checkout_through_the_published_client(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    till, phone = client_of(world, shop.key), client_of(world, anna.key)
    request = messages.seal(shop.request(1295), shop.key)

    made = till.call(
        native_api.CREATE_PAYMENT,
        wire.CreatePayment(request=wire.SignedText.of(request)),
        idempotency_key="request-1",
    ).payment
    code = shop.code({"amount_minor": made.amount_minor, "payment_id": made.payment_id})
    offer = phone.call(
        native_api.CLAIM_PAYMENT,
        wire.ClaimPayment(code=code),
        payment_id=made.payment_id,
        idempotency_key="claim-1",
    )
    assert offer.payer_amount == offer.amount == made.amount
    consent = messages.seal(
        anna.consent(
            anna.get(f"/v1/payments/{made.payment_id}/offer").json,
            code,
        ),
        anna.key,
    )
    paid = phone.call(
        native_api.AUTHORISE_PAYMENT,
        wire.AuthorisePayment(authorisation=wire.SignedText.of(consent)),
        payment_id=made.payment_id,
        idempotency_key="consent-1",
    )

    assert paid.payment.state is PaymentState.PAID
    seen = till.call(native_api.GET_PAYMENT, payment_id=made.payment_id)
    assert structs.replace(seen, fee_minor=None, fee_returned_minor=None) == paid.payment
    found = till.call(native_api.FIND_PAYMENTS, query={"merchant_order_no": made.merchant_order_no})
    assert found.payments == [seen]
    assert phone.call(native_api.GET_ME).balance_minor == 20_000 - 1_295


def test_a_refusal_comes_back_as_the_error_it_was(world: HttpWorld) -> None:
    payment = world.paid(100)
    till = client_of(world, world.shop.key)
    with pytest.raises(OrderAlreadyPaid):
        till.call(
            native_api.CLOSE_PAYMENT,
            wire.Nothing(),
            payment_id=payment["payment_id"],
            idempotency_key="close-1",
        )
    with pytest.raises(OrderNotFound):
        client_of(world, world.kiosk.key).call(
            native_api.GET_PAYMENT, payment_id=payment["payment_id"]
        )
    with pytest.raises(KeyUnknown):
        client_of(world, seeded_key("stranger")).call(native_api.GET_ME)


def test_a_key_is_let_in_through_the_published_client(world: HttpWorld) -> None:
    key = seeded_key("omar's phone")
    body = wire.EnrolKey(
        token="demo-wallet-omar",
        algorithm=key.public.algorithm,
        public_key=b64url(key.public.raw),
    )
    enrolled = client_of(world, None).ask(native_api.ENROL_DEVICE, body)
    assert enrolled.payer.display_name == "Omar"
    me = client_of(world, key).call(native_api.GET_ME)
    assert me.payer_id == enrolled.payer.payer_id


def test_events_are_followed_through_the_published_client(world: HttpWorld) -> None:
    till = client_of(world, world.shop.key)
    first, second = world.shop.ask(100), world.shop.ask(200)
    told = list(islice(till.follow_events(after=0), 2))
    assert [event.payment_id for event in told] == [first["payment_id"], second["payment_id"]]
    assert next(till.follow_events(after=told[0].event_id)) == told[1]
