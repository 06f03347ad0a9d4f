"""Collecting over the API: codes shown and read, refunds, receipts, stickers."""

from __future__ import annotations

import io
import json

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from ledger.kit.clock import SettableClock
from ledger.protocol import merchant_qr, messages
from ledger.protocol.instants import SECOND
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.signing import KeyDirectory, merchant_owner
from pos.counter.desk import Desk
from tests.pos.api import BASKET, code_of, collect, everything, open_sale, post, seen
from tests.pos.provider import (
    MERCHANT_ID,
    MiniProvider,
    lose_answers,
    lose_calls,
    record,
    work,
)
from tests.pos.shop import PAYMENT_CODE, TILL_KEY, let_pass

COLLECT_MALFORMED: list[tuple[dict[str, object], str]] = [
    ({}, "FIELD_MISSING"),
    ({"mode": "gift"}, "FIELD_FORMAT"),
    ({"mode": "show", "profile": "T"}, "FIELD_FORMAT"),
    ({"mode": "show", "profile": ""}, "FIELD_FORMAT"),
    ({"mode": "show", "profile": "X"}, "FIELD_FORMAT"),
    ({"mode": "show", "profile": None}, "FIELD_FORMAT"),
    ({"mode": "show", "payment_code": PAYMENT_CODE}, "FIELD_FORMAT"),
    ({"mode": "read"}, "FIELD_MISSING"),
    ({"mode": "read", "profile": "S", "payment_code": PAYMENT_CODE}, "FIELD_FORMAT"),
    ({"mode": "read", "payment_code": int(PAYMENT_CODE)}, "FIELD_FORMAT"),
    ({"mode": "read", "payment_code": PAYMENT_CODE[:-1]}, "AUTH_CODE_FORMAT"),
    ({"mode": "read", "payment_code": PAYMENT_CODE + "\n"}, "TEXT_CHARACTER"),
    ({"mode": "read", "payment_code": "\u202e" + PAYMENT_CODE}, "TEXT_CHARACTER"),
    ({"mode": "read", "payment_code": "x" * 513}, "TEXT_CHARACTER"),
    ({"mode": "read", "payment_code": "00020101021226"}, "PAYMENT_CODE_EXPECTED"),
    ({"mode": "read", "payment_code": "https://example.org"}, "PAYMENT_CODE_EXPECTED"),
    ({"mode": "show", "paid": True}, "UNKNOWN_FIELD"),
]


@pytest.mark.parametrize(("body", "code"), COLLECT_MALFORMED)
def test_a_wish_to_collect_that_makes_no_sense_is_refused(
    client: FlaskClient, desk: Desk, provider: MiniProvider, body: dict[str, object], code: str
) -> None:
    sale = open_sale(client)
    before = everything(desk)
    answer = post(client, f"/api/sales/{sale['sale_id']}/collect", body)
    assert code_of(answer)[1] == code
    assert everything(desk) == before
    assert provider.calls == []


def test_a_scanned_merchant_code_is_explained(client: FlaskClient) -> None:
    sale = open_sale(client)
    body = {"mode": "read", "payment_code": "00020101021226330010test.qrpay"}
    answer = post(client, f"/api/sales/{sale['sale_id']}/collect", body)
    assert "shop's own code" in answer.get_json()["detail"]


@pytest.mark.parametrize("profile", ["S", "L"])
def test_the_picture_on_the_screen_is_the_code(client: FlaskClient, profile: str) -> None:
    sale = collect(client, open_sale(client), mode="show", profile=profile)
    text = sale["collection"]["code"]
    path = f"/api/sales/{sale['sale_id']}/code"
    png = client.get(f"{path}.png")
    assert png.mimetype == "image/png"
    assert [read.text for read in zxingcpp.read_barcodes(Image.open(io.BytesIO(png.data)))] == [
        text
    ]
    svg, drawn = client.get(f"{path}.svg"), client.get(f"{path}.txt")
    assert (svg.mimetype, drawn.mimetype) == ("image/svg+xml", "text/plain")
    assert svg.text.startswith("<svg")
    assert "█" in drawn.text
    till = KeyDirectory([record(TILL_KEY, merchant_owner(MERCHANT_ID))])
    assert merchant_qr.verify(text, till, now=1_795_300_180_000)  # type: ignore[arg-type]


def test_there_is_no_code_before_collecting_nor_after_the_end(client: FlaskClient) -> None:
    sale = open_sale(client)
    path = f"/api/sales/{sale['sale_id']}/code.png"
    assert code_of(client.get(path)) == (404, "CODE_NOT_SHOWN")
    collect(client, sale, mode="show")
    assert client.get(path).status_code == 200
    assert code_of(client.get(path.replace("png", "gif"))) == (404, "ROUTE_NOT_FOUND")
    post(client, f"/api/sales/{sale['sale_id']}/abandon", {})
    assert code_of(client.get(path)) == (404, "CODE_NOT_SHOWN")
    assert seen(client, sale)["collection"]["code"] is None


def test_without_an_answer_no_code_is_shown(client: FlaskClient, provider: MiniProvider) -> None:
    provider.network = lose_calls
    sale = collect(client, open_sale(client), mode="show")
    assert (sale["state"], sale["collection"]["code"]) == ("OUTCOME_UNKNOWN", None)
    answer = client.get(f"/api/sales/{sale['sale_id']}/code.png")
    assert code_of(answer) == (404, "CODE_NOT_SHOWN")


def test_who_does_not_want_to_wait_has_the_till_ask_now(
    client: FlaskClient, provider: MiniProvider
) -> None:
    provider.network = lose_answers
    body = {"mode": "read", "payment_code": PAYMENT_CODE}
    sale = collect(client, open_sale(client), **body)
    assert sale["state"] == "OUTCOME_UNKNOWN"
    provider.network = work
    asked = f"/api/sales/{sale['sale_id']}/ask"
    assert post(client, asked, {}).get_json()["state"] == "PAID"
    calls = list(provider.calls)
    assert post(client, asked, {}).get_json()["state"] == "PAID"
    assert provider.calls == calls
    assert code_of(post(client, "/api/sales/sal_0/ask", {})) == (404, "SALE_NOT_FOUND")


def test_a_sale_is_not_collected_twice_at_a_time(client: FlaskClient) -> None:
    sale = collect(client, open_sale(client), mode="show")
    answer = post(client, f"/api/sales/{sale['sale_id']}/collect", {"mode": "show"})
    assert code_of(answer) == (409, "SALE_STATE")


def test_a_screen_sees_the_code_being_scanned_and_paid(
    client: FlaskClient, desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    payment_id = sale["collection"]["payment_id"]
    provider.set_state(payment_id, PaymentState.AUTHORISING)
    let_pass(desk, clock, 3 * SECOND)
    assert seen(client, sale)["collection"]["told"] == "AUTHORISING"
    provider.pay(payment_id)
    let_pass(desk, clock, 3 * SECOND)
    assert seen(client, sale)["state"] == "PAID"


def test_refunds_by_the_same_key_are_one(client: FlaskClient) -> None:
    sale = collect(client, open_sale(client), mode="read", payment_code=PAYMENT_CODE)
    path = f"/api/sales/{sale['sale_id']}/refunds"
    key = {"Idempotency-Key": "click-1"}
    first, second = (post(client, path, {"amount_minor": 295}, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert code_of(post(client, path, {"amount_minor": 1}, **key)) == (
        422,
        "IDEMPOTENCY_KEY_REUSED",
    )
    assert code_of(post(client, path, {}, **{"Idempotency-Key": "a b"})) == (
        400,
        "IDEMPOTENCY_KEY_FORMAT",
    )
    assert seen(client, sale)["refunded_minor"] == 295
    assert code_of(post(client, path, {"amount_minor": 1001})) == (409, "REFUND_EXCEEDS_CAPTURED")
    assert post(client, path, {}).get_json()["amount_minor"] == 1000
    assert seen(client, sale)["state"] == "REFUNDED"


def test_an_unpaid_sale_is_not_refunded(client: FlaskClient) -> None:
    sale = open_sale(client)
    answer = post(client, f"/api/sales/{sale['sale_id']}/refunds", {})
    assert code_of(answer) == (409, "ORDER_NOT_PAID")


def test_receipts_prove_the_payment_and_the_basket(client: FlaskClient, desk: Desk) -> None:
    sale = collect(client, open_sale(client, BASKET), mode="read", payment_code=PAYMENT_CODE)
    shown = client.get(f"/api/sales/{sale['sale_id']}/receipts?lang=en").get_json()
    (receipt,) = shown["receipts"]
    sealed = messages.Signed.from_json(receipt["signed"])
    opened = messages.open_receipt(sealed, desk.provider_keys())
    assert opened.amount.minor_units == sale["total_minor"] == receipt["amount_minor"]
    attempt = desk.store.attempts.of_sale(sale["sale_id"])[0]
    assert attempt.request is not None
    assert f"basket_hash={shown['basket_hash']}\n" in attempt.request.text
    kept = desk.store.sales.get(sale["sale_id"])
    salt = bytes.fromhex(shown["basket_salt"])
    assert kept.basket.salted_hash(salt) == shown["basket_hash"]
    assert "Shampoo 300 ml" in shown["paper"]


def test_the_salt_is_in_no_other_view(client: FlaskClient, desk: Desk) -> None:
    sale = collect(client, open_sale(client, BASKET), mode="read", payment_code=PAYMENT_CODE)
    salt = desk.store.sales.get(sale["sale_id"]).salt.hex()
    assert salt not in json.dumps(seen(client, sale))


def test_stickers_are_drawn_and_verify(client: FlaskClient) -> None:
    (sticker,) = client.get("/api/stickers").get_json()["stickers"]
    till = KeyDirectory([record(TILL_KEY, merchant_owner(MERCHANT_ID))])
    code = merchant_qr.verify(sticker["code"], till, now=1_795_300_180_000)  # type: ignore[arg-type]
    assert isinstance(code, merchant_qr.StickerCode)
    assert code.terminal_label == sticker["sticker_id"] == "T02"
    png = client.get("/api/stickers/T02.png").data
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))[0].text == sticker["code"]
    assert client.get("/api/stickers/T02.svg").text.startswith("<svg")
    assert "█" in client.get("/api/stickers/T02.txt").text
    assert code_of(client.get("/api/stickers/T99.png")) == (404, "STICKER_NOT_FOUND")
