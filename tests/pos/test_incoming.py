"""What others call: notifications, believed or not, and a browser that is never believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from ledger.protocol import messages
from ledger.protocol.errors.service import StorageFull
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent
from pos.counter.desk import Desk
from pos.store.evidence import Evidence
from tests.pos.api import code_of, collect, everything, open_sale, post, seen
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
    address = "/return" + query.format(sale["sale_id"])
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "Waiting for confirmation" in answer.text
    assert "script" not in answer.text
    assert seen(client, sale)["state"] == "COLLECTING"
    assert client.post("/return").status_code == 405


def delivery(provider: MiniProvider, payment_id: Any) -> dict[str, object]:  # noqa: ANN401
    payment = provider.pay(payment_id)
    news = provider.notification(payment, NotificationEvent.PAYMENT_PAID)
    return {
        "notification": messages.seal(news, PROVIDER_KEY).to_json(),
        "receipt": provider.kept[payment.payment_id][-1].to_json(),
    }


def told(client: FlaskClient, *bodies: object) -> list[str]:
    answer = post(client, "/notify", {"notifications": list(bodies)})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return list(answer.get_json()["answers"])


def test_a_notification_is_answered_success_as_often_as_it_comes(
    client: FlaskClient, provider: MiniProvider
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    for _ in range(100):
        assert told(client, body) == ["success"]
    assert told(client, *[body] * 64) == ["success"] * 64
    assert seen(client, sale)["state"] == "PAID"


def test_copies_in_one_list_have_one_effect_and_the_next_news_sees_it(
    client: FlaskClient, provider: MiniProvider
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    paid = delivery(provider, sale["collection"]["payment_id"])
    payment = provider.payments[sale["collection"]["payment_id"]]
    declined = provider.notification(
        replace(payment, state=PaymentState.DECLINED), NotificationEvent.PAYMENT_DECLINED
    )
    contradiction = {
        "notification": messages.seal(declined, PROVIDER_KEY).to_json(),
        "receipt": None,
    }
    answers = told(client, paid, paid, contradiction, paid)
    assert answers == ["success", "success", "NOTIFICATION_CONTRADICTS", "success"]
    assert seen(client, sale)["state"] == "REVIEW"


def test_a_forged_notification_is_answered_by_the_rule_it_breaks(
    client: FlaskClient, provider: MiniProvider, desk: Desk
) -> None:
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    body["notification"] = {**body["notification"], "signature": "A" * 86}  # type: ignore[dict-item]
    before = everything(desk)
    assert told(client, body) == ["SIGNATURE_INVALID"]
    assert everything(desk) == before


def test_one_that_is_refused_does_not_hold_up_those_that_came_with_it(
    client: FlaskClient, provider: MiniProvider
) -> None:
    shown = [collect(client, open_sale(client), mode="show") for _ in range(4)]
    first, forged, off, last = (
        delivery(provider, sale["collection"]["payment_id"]) for sale in shown
    )
    forged["receipt"] = first["receipt"]
    off["notification"] = with_another_amount(provider, shown[2]["collection"]["payment_id"])
    answers = ["success", "RECEIPT_DIFFERS", "NOTIFICATION_AMOUNT_DIFFERS", "success"]
    assert told(client, first, forged, off, last) == answers
    states = [seen(client, sale)["state"] for sale in shown]
    assert states == ["PAID", "COLLECTING", "REVIEW", "PAID"]


def test_a_failure_of_the_tills_own_with_one_does_not_hold_up_the_others(
    client: FlaskClient, provider: MiniProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [collect(client, open_sale(client), mode="show") for _ in range(2)]
    bodies = [delivery(provider, sale["collection"]["payment_id"]) for sale in shown]
    keep = Evidence.keep_notification

    def failing(self: Evidence, notification_id: str, sale_id: str, now: Instant) -> None:
        if sale_id == shown[0]["sale_id"]:
            raise ZeroDivisionError
        keep(self, notification_id, sale_id, now)

    monkeypatch.setattr(Evidence, "keep_notification", failing)
    assert told(client, *bodies) == ["INTERNAL", "success"]
    assert [seen(client, sale)["state"] for sale in shown] == ["COLLECTING", "PAID"]
    monkeypatch.undo()
    assert told(client, *bodies) == ["success", "success"]


def test_a_full_disk_takes_none_of_them(
    client: FlaskClient, provider: MiniProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [collect(client, open_sale(client), mode="show") for _ in range(2)]
    bodies = [delivery(provider, sale["collection"]["payment_id"]) for sale in shown]

    def full(*_: object) -> None:
        raise StorageFull

    monkeypatch.setattr(Evidence, "keep_notification", full)
    answer = post(client, "/notify", {"notifications": bodies})
    assert (answer.status_code, answer.get_json()["code"]) == (507, "STORAGE_FULL")
    assert [seen(client, sale)["state"] for sale in shown] == ["COLLECTING"] * 2


SIGNED = {"text": "", "key_id": "", "signature": ""}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({}, "FIELD_MISSING"),
        ({"notifications": None}, "FIELD_FORMAT"),
        ({"notifications": []}, "FIELD_FORMAT"),
        ({"notifications": [{"notification": SIGNED}] * 65}, "FIELD_FORMAT"),
        ({"notifications": [{"notification": None}]}, "FIELD_FORMAT"),
        ({"notifications": [{"notification": SIGNED, "state": "PAID"}]}, "UNKNOWN_FIELD"),
        ({"notification": SIGNED, "receipt": None}, "UNKNOWN_FIELD"),
    ],
)
def test_what_is_no_list_of_notifications_is_refused(
    client: FlaskClient, body: dict[str, object], rule: str
) -> None:
    assert code_of(post(client, "/notify", body)) == (400, rule)


def test_an_empty_notification_is_answered_by_the_rule_it_breaks(client: FlaskClient) -> None:
    assert told(client, {"notification": SIGNED}) == ["KID_FORMAT"]


def test_a_notification_as_a_form_is_refused(client: FlaskClient) -> None:
    answer = client.post("/notify", data={"trade_status": "TRADE_SUCCESS", "sign": "x"})
    assert code_of(answer) == (415, "CONTENT_TYPE_UNSUPPORTED")


def with_another_amount(provider: MiniProvider, payment_id: Any) -> object:  # noqa: ANN401
    payment = provider.payments[payment_id]
    genuine = provider.notification(payment, NotificationEvent.PAYMENT_PAID)
    off = replace(genuine, amount=genuine.amount + genuine.amount)
    return messages.seal(off, PROVIDER_KEY).to_json()


def test_alarms_are_shown(client: FlaskClient, provider: MiniProvider) -> None:
    assert client.get("/api/alarms").get_json() == {"alarms": []}
    sale = collect(client, open_sale(client), mode="show")
    body = delivery(provider, sale["collection"]["payment_id"])
    body["notification"] = with_another_amount(provider, sale["collection"]["payment_id"])
    assert told(client, body) == ["NOTIFICATION_AMOUNT_DIFFERS"]
    (alarm,) = client.get("/api/alarms").get_json()["alarms"]
    assert (alarm["code"], alarm["sale_id"]) == ("NOTIFICATION_AMOUNT_DIFFERS", sale["sale_id"])
    assert seen(client, sale)["state"] == "REVIEW"
