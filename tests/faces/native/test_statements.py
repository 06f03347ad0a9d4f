"""Statements over the wire: a closed day, its pages, and dates that are none."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from ledger.core.settlement import statement
from ledger.protocol.instants import DAY, from_text, later
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.untouched import untouched

TODAY = "2026-11-22"


def settle(world: HttpWorld, days: int = 1) -> None:
    """Let days pass and the settler work."""
    midnight_in_berlin = from_text(f"{TODAY}T23:00:00.000Z")
    world.clock.set(later(midnight_in_berlin, (days - 1) * DAY))
    while world.ledger.settler.settle():
        pass


def test_a_closed_day_is_told_line_by_line(world: HttpWorld) -> None:
    paid = world.paid(1_295, "li-wei")
    world.shop.refund(paid, 295, "R1")
    settle(world)
    view = world.shop.get(f"/v1/statements/{TODAY}").json
    payment, refund = view.pop("lines")
    assert view.pop("batch_id").startswith("bat_")
    assert view == {
        "merchant_id": "M2088DEMO000001",
        "currency": "EUR",
        "business_day": TODAY,
        "state": "SETTLED",
        "opens_at": "2026-11-21T23:00:00.000Z",
        "closes_at": "2026-11-22T23:00:00.000Z",
        "carried_in_minor": 0,
        "amount_minor": 1_000,
        "discount_minor": 0,
        "fee_minor": 6,
        "net_minor": 994,
        "paid_out_minor": 994,
        "carried_out_minor": 0,
        "payout_on": "2026-11-23",
        "line_count": 2,
    }
    assert payment == {
        "number": 1,
        "kind": "payment",
        "event_at": "2026-11-22T12:00:00.000Z",
        "booked_at": "2026-11-22T12:00:00.000Z",
        "payment_id": paid["payment_id"],
        "merchant_order_no": paid["merchant_order_no"],
        "refund_id": "",
        "merchant_refund_no": "",
        "terminal_id": "T01",
        "amount_minor": 1_295,
        "discount_minor": 0,
        "fee_minor": 8,
        "net_minor": 1_287,
        "payer_amount_minor": 10_118,
        "payer_currency": "CNY",
        "rate": "125/16",
    }
    assert (refund["kind"], refund["amount_minor"]) == ("refund", -295)
    assert (refund["fee_minor"], refund["net_minor"]) == (-2, -293)


def test_fridays_takings_are_closed_and_wait_for_monday(world: HttpWorld) -> None:
    settle(world, days=5)
    world.paid(700)
    settle(world, days=6)
    view = world.shop.get("/v1/statements/2026-11-27").json
    assert (view["state"], view["paid_out_minor"]) == ("CLOSED", 696)
    assert view["payout_on"] == "2026-11-30"


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-21", "2027-01-01", "9999-12-31"])
def test_a_day_that_is_not_closed_has_no_statement(refusing_world: HttpWorld, day: str) -> None:
    with untouched(refusing_world.store):
        answer = refusing_world.shop.get(f"/v1/statements/{day}")
    assert answer.said == (404, "BILL_NOT_READY")


def test_a_merchant_sees_its_own_statement_only(world: HttpWorld) -> None:
    world.paid(700)
    settle(world)
    view = world.kiosk.get(f"/v1/statements/{TODAY}").json
    assert (view["merchant_id"], view["line_count"]) == ("M2088DEMO000002", 0)


def test_a_payer_gets_no_statement(refusing_world: HttpWorld) -> None:
    answer = refusing_world.wallet("anna").get(f"/v1/statements/{TODAY}")
    assert answer.said == (403, "ROLE_NOT_ALLOWED")


def test_a_long_day_is_told_in_pages(world: HttpWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "PAGE", 2)
    for amount_minor in (100, 200, 300):
        world.paid(amount_minor)
    settle(world)
    first = world.shop.get(f"/v1/statements/{TODAY}").json
    rest = world.shop.get(f"/v1/statements/{TODAY}?after_line=2").json
    assert [line["amount_minor"] for line in first["lines"]] == [100, 200]
    assert [line["amount_minor"] for line in rest["lines"]] == [300]
    assert first["line_count"] == rest["line_count"] == 3


NO_DAYS = [
    "../2026-11-22",
    "../../etc/passwd",
    "2026-11-22/..",
    "2026-11-22/../2026-11-21",
    "....//....//etc/passwd",
    "etc/passwd",
    "..",
    "~root",
    "2026-11-22;.pdf",
    "C:/windows/win.ini",
    "2026-11-32",
    "2026-1-1",
    "20261122",
    "20261122/20261123",
    "today",
    "-1",
    "2026-11-22T00:00:00Z",
]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day_is_refused_before_anything_is_looked_for(
    refusing_world: HttpWorld, text: str
) -> None:
    with untouched(refusing_world.store):
        answer = refusing_world.shop.get(f"/v1/statements/{quote(text)}")
    assert answer.said == (400, "BILL_DATE_FORMAT")


def test_a_disguised_slash_breaks_the_signature(refusing_world: HttpWorld) -> None:
    answer = refusing_world.shop.get("/v1/statements/..%2F..%2Fetc%2Fpasswd")
    assert answer.said == (401, "SIGNATURE_INVALID")


@pytest.mark.parametrize(
    ("suffix", "media_type", "begins"),
    [("csv", "text/csv", "number,kind,event_at"), ("xml", "application/xml", "<?xml version=")],
)
def test_a_statement_comes_as_a_signed_document(
    world: HttpWorld, suffix: str, media_type: str, begins: str
) -> None:
    world.paid(700)
    settle(world)
    answer = world.shop.get(f"/v1/statements/{TODAY}.{suffix}")
    assert answer.status == 200
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-type"].startswith(media_type)
    assert answer.body.decode().startswith(begins)
    again = world.shop.get(f"/v1/statements/{TODAY}.{suffix}")
    assert again.body == answer.body


@pytest.mark.parametrize("text", ["../2026-11-22.csv", "x.xml", "2026-11-22.pdf", ".csv.csv"])
def test_a_document_of_no_day_is_refused(refusing_world: HttpWorld, text: str) -> None:
    answer = refusing_world.shop.get(f"/v1/statements/{text}")
    assert answer.said == (400, "BILL_DATE_FORMAT")
