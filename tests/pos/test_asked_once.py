"""A screen that asks twice for one sale gets one: fingers tap twice, and answers get lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from pos.counter.desk import Desk
from tests.pos.api import BASKET, code_of, collect, everything, open_sale, post, seen
from tests.pos.shop import PAYMENT_CODE

KEYED = {**BASKET, "key": "kiosk-0123456789abcdef"}
AT_ONCE = {"collect": {"mode": "show", "self_contained": True}}


def test_asking_again_under_a_key_gives_the_same_sale(client: FlaskClient, desk: Desk) -> None:
    first = open_sale(client, KEYED)
    assert open_sale(client, KEYED) == first
    assert first["asked_key"] == KEYED["key"]
    assert len(desk.store.sales.latest(10)) == 1


def test_asking_again_tells_what_has_become_of_the_sale_meanwhile(client: FlaskClient) -> None:
    first = open_sale(client, KEYED)
    collect(client, first, mode="read", payment_code=PAYMENT_CODE)
    assert open_sale(client, KEYED)["state"] == "PAID"


def test_a_code_that_is_shown_at_once_is_shown_once(client: FlaskClient, desk: Desk) -> None:
    first = open_sale(client, {**KEYED, **AT_ONCE})
    again = open_sale(client, {**KEYED, **AT_ONCE})
    assert again["collection"]["code"] == first["collection"]["code"]
    assert len(desk.store.attempts.of_sale(first["sale_id"])) == 1


def test_two_taps_at_the_same_moment_are_one_sale(client: FlaskClient, desk: Desk) -> None:
    clients = [client.application.test_client() for _ in range(8)]
    for body in (KEYED, {**KEYED, **AT_ONCE, "key": "kiosk-other"}):
        with ThreadPoolExecutor(len(clients)) as taps:
            found = list(taps.map(lambda each, body=body: open_sale(each, body), clients))
        assert len({sale["sale_id"] for sale in found}) == 1
    assert len(desk.store.sales.latest(20)) == 2


@pytest.mark.parametrize("other", [{"amount_minor": 1}, {**BASKET, "intent": "sale", **AT_ONCE}])
def test_another_wish_under_the_same_key_is_refused_and_the_same_basket_is_not(
    client: FlaskClient, desk: Desk, other: dict[str, object]
) -> None:
    first = open_sale(client, KEYED)
    before = everything(desk)
    answer = post(client, "/api/sales", {**other, "key": KEYED["key"]})
    if "lines" in other:
        assert answer.get_json()["sale_id"] == first["sale_id"]
    else:
        assert code_of(answer) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert everything(desk) == before


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 65])
def test_a_key_in_another_form_is_refused(client: FlaskClient, desk: Desk, key: str) -> None:
    assert code_of(post(client, "/api/sales", {**BASKET, "key": key})) == (
        400,
        "IDEMPOTENCY_KEY_FORMAT",
    )
    assert desk.store.sales.latest(1) == []


def test_sales_without_a_key_are_a_sale_each(client: FlaskClient) -> None:
    first, second = open_sale(client, BASKET), open_sale(client, BASKET)
    assert first["sale_id"] != second["sale_id"]
    assert seen(client, first)["asked_key"] == ""
