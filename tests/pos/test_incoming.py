"""What others call: notifications, believed or not, and a browser that is never believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from ledger.protocol import messages
from ledger.protocol.messages import NotificationEvent
from pos.counter.desk import Desk
from pos.web.incoming import REFUSED_BECAUSE
from tests.pos.api import collect, everything, open_sale, post, seen
from tests.pos.provider import PROVIDER_KEY, MiniProvider


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
