"""The till's API, called as a screen calls it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pos.counter.desk import Desk

BASKET = {
    "lines": [{"sku": "shampoo-300ml", "quantity": 2}, {"sku": "herbal-tea-20", "quantity": 1}]
}


def post(client: FlaskClient, path: str, body: object, **headers: str) -> TestResponse:
    return client.post(path, json=body, headers=headers)


def open_sale(client: FlaskClient, body: object = None) -> dict[str, Any]:
    answer = post(client, "/api/sales", body or {"amount_minor": 1295})
    assert answer.status_code == 201
    return dict(answer.get_json())


def collect(client: FlaskClient, sale: dict[str, Any], **body: object) -> dict[str, Any]:
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
