"""A payer gets everything that is held about them, and is forgotten on request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from ledger.core.notices import notifications
from ledger.core.privacy.retention import RETENTION
from ledger.ops.audit import audit
from ledger.protocol.native_api import ERASE_ME, EXPORT_ME
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.parties import Wallet
from tests.faces.native.untouched import untouched
from tests.faces.native.wire import Request
from tests.kit.answered import Json


@pytest.fixture
def world(tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path)
    yield made
    assert audit(made.store) == []
    made.close()


def count(world: HttpWorld, sql: str) -> int:
    """Count rows of the ledger."""
    found = world.store._writer._connection.execute(f"SELECT count(*) FROM {sql}")  # noqa: S608
    return int(str(found.fetchall()[0][0]))


def deliver(world: HttpWorld) -> None:
    """The merchants take all notifications that wait."""
    with world.store.transaction() as books:
        for row in notifications.lease_due(books, now=world.clock.now(), limit=1_000):
            notifications.delivered(books, notification_ids=[row.notification_id])


def busy_day(world: HttpWorld) -> Wallet:
    """Anna spends all she has, some of it twice; others shop, too."""
    anna = world.wallet("anna")
    first = world.paid(12_000)
    world.shop.refund(first, 2_000, "R1")
    anna.pay(world.kiosk, world.kiosk.ask(10_000))
    world.paid(295, "yuki")
    declined = world.shop.ask(700)
    anna.scan(declined, world.shop.code(declined))
    anna.post(f"/v1/payments/{declined['payment_id']}/decline", {})
    deliver(world)
    return anna


def test_the_export_is_complete_to_the_last_row(world: HttpWorld) -> None:
    anna = busy_day(world)
    told = anna.get(EXPORT_ME.path)
    assert told.status == 200
    mine = f"payer_id = '{anna.payer['payer_id']}'"
    export = told.json
    payments = export["payments"]
    counted = {
        "payment": len(payments),
        "device": len(export["devices"]),
        "receipt": sum(len(each["receipts"]) for each in payments),
        "authorisation": sum(each["consent"] is not None for each in payments),
        "claim": sum(each["code_digest"] != "" for each in payments),
    }
    assert counted == {table: count(world, f"{table} WHERE {mine}") for table in counted}
    assert counted["payment"] == 3
    refunds = sum(len(each["refunds"]) for each in payments)
    assert refunds == count(world, f"refund JOIN payment USING (payment_id) WHERE {mine}") == 1
    account = f"account_id LIKE 'payer:{anna.payer['payer_id']}%'"
    assert len(export["movements"]) == count(world, f"posting WHERE {account}")
    assert sum(each["amount_minor"] for each in export["movements"]) == 0
    assert [each["what"] for each in export["retention"]] == [rule.what for rule in RETENTION]


def test_the_export_says_under_which_names_merchants_know_the_payer(world: HttpWorld) -> None:
    export = busy_day(world).get(EXPORT_ME.path).json
    told = {each["merchant_id"]: each["ppid"] for each in export["pseudonyms"]}
    texts = [text for each in export["payments"] for text in each["receipts"]]
    assert len(told) == 2
    for text in texts:
        lines = dict(line.split("=", 1) for line in text["text"].splitlines())
        assert told[lines["merchant_id"]] == lines["ppid"]


def test_the_export_is_of_the_published_form(world: HttpWorld) -> None:
    published = world.line.receive(Request("GET", "/v1/openapi.json", {}))
    components = json.loads(published.body)["components"]
    schema = {"$ref": "#/components/schemas/PayerExport", "components": components}
    export = busy_day(world).get(EXPORT_ME.path).json
    form = jsonschema_rs.validator_for(schema)
    form.validate(export)
    assert not form.is_valid({**export, "payments": [{}]})


def test_nobody_gets_anothers_export(world: HttpWorld) -> None:
    busy_day(world)
    yuki = world.wallet("yuki").get(EXPORT_ME.path)
    assert world.wallet("anna").payer["payer_id"] not in yuki.body.decode()
    assert world.shop.get(EXPORT_ME.path).said == (403, "ROLE_NOT_ALLOWED")


def test_who_has_money_left_is_told_so(world: HttpWorld) -> None:
    anna = world.wallet("anna")
    with untouched(world.store):
        refused = anna.post(ERASE_ME.path, {})
    assert refused.said == (409, "BALANCE_NOT_ZERO")


def test_a_merchant_that_was_not_told_yet_comes_first(world: HttpWorld) -> None:
    world.paid(20_000)
    assert world.wallet("anna").post(ERASE_ME.path, {}).said == (409, "UNSETTLED")


def test_the_second_erasure_and_everything_else_finds_no_such_payer(world: HttpWorld) -> None:
    anna = busy_day(world)
    erased = anna.post(ERASE_ME.path, {})
    assert (erased.status, erased.json["payer_id"]) == (200, anna.payer["payer_id"])
    assert anna.post(ERASE_ME.path, {}).said == (404, "PAYER_NOT_FOUND")
    assert anna.get("/v1/me").said == (404, "PAYER_NOT_FOUND")
    assert anna.get(EXPORT_ME.path).said == (404, "PAYER_NOT_FOUND")
    assert anna.post("/v1/me/payment-codes", {}).said == (404, "PAYER_NOT_FOUND")


def test_the_shop_keeps_its_payment_and_can_give_nothing_back(world: HttpWorld) -> None:
    anna = busy_day(world)
    payments: list[Json] = anna.get(EXPORT_ME.path).json["payments"]
    paid = payments[0]["payment"]
    anna.post(ERASE_ME.path, {})
    assert world.shop.get(f"/v1/payments/{paid['payment_id']}").json["state"] == "PAID"
    assert world.shop.get(f"/v1/payments/{paid['payment_id']}/receipts").json == {"receipts": []}
    assert world.shop.refund(paid, 100, "R2").said == (409, "PAYER_ERASED")
