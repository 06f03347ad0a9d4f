"""The till's API as a screen or a stranger meets it: every refusal named, nothing changed by it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from ledger.kit.clock import SettableClock
from ledger.protocol import merchant_qr, messages
from ledger.protocol.instants import SECOND
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.signing import KeyDirectory, merchant_owner
from pos.counter.desk import Desk
from pos.web.incoming import REFUSED_BECAUSE
from tests.pos.provider import MERCHANT_ID, PROVIDER_KEY, MiniProvider, lose_calls, record
from tests.pos.shop import PAYMENT_CODE, TILL_KEY, let_pass

BASKET = {
    "lines": [{"sku": "shampoo-300ml", "quantity": 2}, {"sku": "herbal-tea-20", "quantity": 1}]
}


def post(client: FlaskClient, path: str, body: object, **headers: str) -> TestResponse:
    return client.post(path, json=body, headers=headers)


def open_sale(client: FlaskClient, body: object = None) -> dict[str, Any]:
    answer = post(client, "/api/sales", body or {"amount_minor": 1295})
    assert answer.status_code == 201
    return dict(answer.get_json())


def collect(client: FlaskClient, sale: dict[str, Any], **body: str) -> dict[str, Any]:
    answer = post(client, f"/api/sales/{sale['sale_id']}/collect", body)
    assert answer.status_code == 200
    return dict(answer.get_json())


def seen(client: FlaskClient, sale: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/api/sales/{sale['sale_id']}").get_json())


def code_of(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json()["code"]


def everything(desk: Desk) -> tuple[object, ...]:
    found = desk.store.sales.latest(100)
    return (
        found,
        [desk.store.attempts.of_sale(sale.sale_id) for sale in found],
        [desk.store.refunds.of_sale(sale.sale_id) for sale in found],
        desk.store.evidence.alarms(),
    )


def test_the_service_says_that_it_is_well(client: FlaskClient) -> None:
    assert client.get("/health").get_json()["status"] == "ok"


@pytest.mark.parametrize(
    ("query", "name"),
    [("", "Zahnpasta 75 ml"), ("?lang=en", "Toothpaste 75 ml"), ("?lang=zh", "牙膏 75毫升")],
)
def test_the_catalogue_speaks_three_languages(client: FlaskClient, query: str, name: str) -> None:
    products = client.get(f"/api/catalogue{query}").get_json()["products"]
    assert len(products) == 24
    assert products[0] == {
        "sku": "toothpaste-75ml",
        "name": name,
        "price_minor": 195,
        "currency": "EUR",
        "vat_percent": 19,
    }


def test_a_language_nobody_speaks_here_is_refused(client: FlaskClient) -> None:
    assert code_of(client.get("/api/catalogue?lang=fr")) == (400, "FIELD_FORMAT")


def test_a_sale_of_goods_is_reckoned_by_the_till(client: FlaskClient) -> None:
    sale = open_sale(client, BASKET)
    assert (sale["state"], sale["total_minor"], sale["currency"]) == ("OPEN", 779, "EUR")
    assert sale["vat"] == [
        {"vat_percent": 19, "gross_minor": 590, "net_minor": 496, "vat_minor": 94},
        {"vat_percent": 7, "gross_minor": 189, "net_minor": 177, "vat_minor": 12},
    ]
    assert seen(client, sale) == sale
    assert client.get("/api/sales").get_json()["sales"] == [sale]


NUMBER_FORMS = ["1.0", "1e3", '"1_000"', '"１００"', "true", "null", "NaN", '" 5\\n"', "[]", "-0.5"]


@pytest.mark.parametrize("form", NUMBER_FORMS)
@pytest.mark.parametrize("path", ["/api/sales", "/api/sales/{}/refunds"])
def test_an_amount_in_another_form_is_refused(
    client: FlaskClient, desk: Desk, path: str, form: str
) -> None:
    sale = collect(client, open_sale(client), mode="read", payment_code=PAYMENT_CODE)
    before = everything(desk)
    answer = client.post(
        path.format(sale["sale_id"]),
        data=f'{{"amount_minor": {form}}}',
        content_type="application/json",
    )
    assert code_of(answer) == (400, "AMOUNT_FORMAT")
    assert everything(desk) == before


@pytest.mark.parametrize("minor_units", [0, -1, 2**63, 10**11 + 1])
@pytest.mark.parametrize("path", ["/api/sales", "/api/sales/{}/refunds"])
def test_an_amount_out_of_range_is_refused(
    client: FlaskClient, desk: Desk, path: str, minor_units: int
) -> None:
    sale = collect(client, open_sale(client), mode="read", payment_code=PAYMENT_CODE)
    before = everything(desk)
    answer = post(client, path.format(sale["sale_id"]), {"amount_minor": minor_units})
    assert code_of(answer) == (422, "AMOUNT_OUT_OF_RANGE")
    assert everything(desk) == before


MALFORMED: list[tuple[bytes, str, int]] = [
    (b'{"amount_minor": 1, "amount_minor": 2}', "JSON_DUPLICATE_KEY", 400),
    (b'{"amount_minor": 1, "state": "PAID"}', "UNKNOWN_FIELD", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": 1, "price_minor": 1}]}', "UNKNOWN_FIELD", 400),
    (b'{"lines": [{"sku": "tissues-10"}]}', "FIELD_MISSING", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": 1.5}]}', "FIELD_FORMAT", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": true}]}', "FIELD_FORMAT", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": "1"}]}', "FIELD_FORMAT", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": 0}]}', "FIELD_FORMAT", 400),
    (b'{"lines": [{"sku": "tissues-10", "quantity": 1000}]}', "FIELD_FORMAT", 400),
    (b'{"lines": []}', "FIELD_FORMAT", 400),
    (b'{"lines": null}', "FIELD_FORMAT", 400),
    (b'{"lines": [], "amount_minor": 1}', "FIELD_FORMAT", 400),
    (b"{}", "FIELD_MISSING", 400),
    (b'{"lines": [{"sku": "champagne", "quantity": 1}]}', "PRODUCT_NOT_FOUND", 404),
    (b'{"lines": [{"sku": "<script>", "quantity": 1}]}', "PRODUCT_NOT_FOUND", 404),
    ('{"lines": [{"sku": "a\u202eb", "quantity": 1}]}'.encode(), "TEXT_CHARACTER", 422),
    (b'{"lines": [{"sku": "a\\u0000b", "quantity": 1}]}', "TEXT_CHARACTER", 422),
    (b"[" * 100_000, "BODY_TOO_LARGE", 413),
    (b"[" * 9 + b"]" * 9, "JSON_TOO_DEEP", 400),
    (b'{"amount_minor": ' + b"9" * 5_000 + b"}", "JSON_NUMBER", 400),
    (b'{"amount_minor": 1', "JSON_SYNTAX", 400),
    (b'{"amount_minor": 1} x', "JSON_SYNTAX", 400),
    (b"\xff\xfe", "ENCODING", 400),
    (b"", "JSON_SYNTAX", 400),
    (b"7", "FIELD_FORMAT", 400),
]


@pytest.mark.parametrize(("body", "code", "status"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_body_that_is_no_sale_is_refused(
    client: FlaskClient, desk: Desk, body: bytes, code: str, status: int
) -> None:
    answer = client.post("/api/sales", data=body, content_type="application/json")
    assert code_of(answer) == (status, code)
    assert desk.store.sales.latest(1) == []


@pytest.mark.parametrize("path", ["/api/sales", "/api/sales/{}/abandon", "/api/sales/{}/collect"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_sites_form_can_not_post_here(
    client: FlaskClient, desk: Desk, path: str, kind: str
) -> None:
    sale = open_sale(client)
    before = everything(desk)
    answer = client.post(path.format(sale["sale_id"]), data=b"{}", content_type=kind)
    assert code_of(answer) == (415, "CONTENT_TYPE_UNSUPPORTED")
    assert everything(desk) == before


@pytest.mark.parametrize(
    "path",
    [
        "/api/sales/sal_unknown",
        "/api/sales/sal_unknown/code.png",
        "/api/sales/sal_unknown/receipts",
        "/api/sales/%00",
    ],
)
def test_an_unknown_sale_is_not_found(client: FlaskClient, path: str) -> None:
    assert code_of(client.get(path)) == (404, "SALE_NOT_FOUND")


@pytest.mark.parametrize("action", ["collect", "abandon", "refunds"])
def test_nothing_is_done_to_an_unknown_sale(client: FlaskClient, action: str) -> None:
    body = {"mode": "show"} if action == "collect" else {}
    answer = post(client, f"/api/sales/sal_unknown/{action}", body)
    assert code_of(answer) == (404, "SALE_NOT_FOUND")


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


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?trade_status=TRADE_SUCCESS&out_trade_no={}",
        "?state=PAID&sale_id={}",
        "?<script>alert(1)</script>",
    ],
)
def test_what_a_browsers_address_says_is_never_believed(client: FlaskClient, query: str) -> None:
    sale = collect(client, open_sale(client), mode="show")
    answer = client.get("/return" + query.format(sale["sale_id"]))
    assert answer.status_code == 200
    assert "Waiting for confirmation" in answer.text
    assert "script" not in answer.text
    assert seen(client, sale)["state"] == "COLLECTING"
    assert client.post("/return").status_code == 405


def delivery(provider: MiniProvider, payment_id: Any) -> dict[str, object]:  # noqa: ANN401
    payment = provider.pay(payment_id)
    told = provider.notification(payment, NotificationEvent.PAYMENT_PAID)
    return {
        "notification": messages.seal(told, PROVIDER_KEY).to_json(),
        "receipt": provider.kept[payment.payment_id][-1].to_json(),
    }


def test_a_notification_is_answered_success_as_often_as_it_comes(
    client: FlaskClient, provider: MiniProvider
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    for _ in range(100):
        answer = post(client, "/notify", body)
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        assert answer.data == b"success"
    assert seen(client, sale)["state"] == "PAID"


def test_a_forged_notification_is_answered_fail_with_the_rule_in_a_header(
    client: FlaskClient, provider: MiniProvider, desk: Desk
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    body["notification"] = {**body["notification"], "signature": "A" * 86}  # type: ignore[dict-item]
    before = everything(desk)
    answer = post(client, "/notify", body)
    assert (answer.status_code, answer.data) == (401, b"fail")
    assert answer.headers[REFUSED_BECAUSE] == "SIGNATURE_INVALID"
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({}, "FIELD_MISSING"),
        ({"notification": None}, "FIELD_FORMAT"),
        ({"notification": {"text": "", "key_id": "", "signature": ""}}, "KID_FORMAT"),
        (
            {"notification": {"text": "", "key_id": "", "signature": ""}, "state": "PAID"},
            "UNKNOWN_FIELD",
        ),
    ],
)
def test_what_is_no_notification_is_answered_fail(
    client: FlaskClient, body: dict[str, object], rule: str
) -> None:
    answer = post(client, "/notify", body)
    assert answer.data == b"fail"
    assert answer.headers[REFUSED_BECAUSE] == rule
    assert 400 <= answer.status_code < 500


def test_a_notification_as_a_form_is_answered_fail(client: FlaskClient) -> None:
    answer = client.post("/notify", data={"trade_status": "TRADE_SUCCESS", "sign": "x"})
    assert (answer.status_code, answer.data) == (415, b"fail")


def test_alarms_are_shown(client: FlaskClient, provider: MiniProvider) -> None:
    assert client.get("/api/alarms").get_json() == {"alarms": []}
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    payment = provider.payments[sale["collection"]["payment_id"]]
    told = provider.notification(payment, NotificationEvent.PAYMENT_PAID)
    off = replace(told, amount=told.amount + told.amount)
    body["notification"] = messages.seal(off, PROVIDER_KEY).to_json()
    assert post(client, "/notify", body).data == b"fail"
    (alarm,) = client.get("/api/alarms").get_json()["alarms"]
    assert (alarm["code"], alarm["sale_id"]) == ("NOTIFICATION_AMOUNT_DIFFERS", sale["sale_id"])
    assert seen(client, sale)["state"] == "REVIEW"
