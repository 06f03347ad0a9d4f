"""Bytes, JSON, fields and amounts that break a rule, at every operation that reads a body.

Each row is refused by its own rule and leaves the books as they were; so one ledger stands all.
"""

from __future__ import annotations

import json

import pytest

from ledger.faces.native.route import Route
from ledger.faces.native.routes import ROUTES
from ledger.protocol.native_api import Caller
from tests.faces.native.examples import BODIES, CHANGING, SCANNED, example, name_of
from tests.faces.native.http_world import HttpWorld, enrolment, seeded_key
from tests.faces.native.untouched import untouched
from tests.kit.answered import Answer, Json

OPEN = [
    route
    for route in ROUTES
    if route.operation.method == "POST" and route.operation.caller is Caller.ANYBODY
]
READING = [*CHANGING, *OPEN]
AMOUNTS = [route for route in CHANGING if "amount_minor" in BODIES[name_of(route)]]


@pytest.fixture
def world(refusing_world: HttpWorld) -> HttpWorld:
    return refusing_world


def send(
    world: HttpWorld, route: Route, body: bytes, content_type: str = "application/json"
) -> Answer:
    """Send these bytes to an operation, signed by whoever may call it."""
    path = example(route).path if route in CHANGING else str(route.operation.path)
    if route in OPEN:
        return world.line.send(world.line.unsigned(path, body, content_type))
    party = world.shop if route.operation.caller is Caller.MERCHANT else world.wallet("anna")
    signed = party.signed(
        "POST", path, body, idempotency_key=world.line.nonce(), content_type=content_type
    )
    return world.line.send(signed)


def whole(route: Route) -> Json:
    """A body of the right form."""
    if route.operation.name == "authoriseCodes":
        return {"authorisations": [SCANNED]}
    if route in OPEN:
        return enrolment("no-such-token", seeded_key("fresh"))
    return BODIES[name_of(route)]


BYTES = {
    "nothing": (b"", "JSON_SYNTAX"),
    "no JSON": (b"{", "JSON_SYNTAX"),
    "two values": (b"{} {}", "JSON_SYNTAX"),
    "a list": (b"[]", "FIELD_FORMAT"),
    "NaN as a name": (b"{NaN: 1}", "JSON_SYNTAX"),
    "the same member twice": (b'{"a": 1, "a": 1}', "JSON_DUPLICATE_KEY"),
    "100,000 brackets": (b"[" * 60_000, "JSON_TOO_DEEP"),
    "5,000 digits": (b'{"a": ' + b"9" * 5_000 + b"}", "JSON_NUMBER"),
    "half a character": (b'{"a": "\xff"}', "ENCODING"),
    "half a surrogate pair": (b'{"a": "\\ud800"}', "ENCODING"),
    "UTF-16": ("{}".encode("utf-16"), "ENCODING"),
}


@pytest.mark.parametrize("case", BYTES)
@pytest.mark.parametrize("route", READING, ids=name_of)
def test_bytes_that_are_no_message_are_refused(world: HttpWorld, route: Route, case: str) -> None:
    body, code = BYTES[case]
    with untouched(world.store):
        answer = send(world, route, body)
    assert answer.said == (400, code)


@pytest.mark.parametrize("route", READING, ids=name_of)
def test_a_body_of_the_most_bytes_is_read_and_one_byte_more_is_not(
    world: HttpWorld, route: Route
) -> None:
    stranger = b'{"stranger": 0'
    padding = b" " * (route.body_max_bytes - len(stranger) - 1)
    assert send(world, route, stranger + padding + b"}").said == (400, "UNKNOWN_FIELD")
    with untouched(world.store):
        assert send(world, route, stranger + padding + b" }").said == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""],
)
@pytest.mark.parametrize("route", READING, ids=name_of)
def test_another_content_type_is_refused(world: HttpWorld, route: Route, content_type: str) -> None:
    with untouched(world.store):
        answer = send(world, route, json.dumps(whole(route)).encode(), content_type)
    assert answer.said == (415, "CONTENT_TYPE_UNSUPPORTED")


@pytest.mark.parametrize("extra", [{"status": "PAID"}, {"merchant_id": "M2088DEMO000002"}, {"": 1}])
@pytest.mark.parametrize("route", READING, ids=name_of)
def test_a_member_nobody_knows_is_refused(world: HttpWorld, route: Route, extra: Json) -> None:
    with untouched(world.store):
        answer = send(world, route, json.dumps(whole(route) | extra).encode())
    assert answer.said == (400, "UNKNOWN_FIELD")


@pytest.mark.parametrize("route", READING, ids=name_of)
def test_a_member_that_is_missing_or_of_another_kind_is_named(
    world: HttpWorld, route: Route
) -> None:
    for name in whole(route):
        rest = {key: value for key, value in whole(route).items() if key != name}
        missing = send(world, route, json.dumps(rest).encode())
        assert missing.said == (400, "FIELD_MISSING")
        assert missing.json["detail"] == name
        wrong = send(world, route, json.dumps(rest | {name: [None]}).encode())
        assert wrong.said == (400, "AMOUNT_FORMAT" if name == "amount_minor" else "FIELD_FORMAT")
        assert wrong.json["detail"].startswith(name)


@pytest.mark.parametrize(
    "spelled",
    ["1.0", "1e3", "1E3", "0.5", "-0.0", "NaN", "Infinity", "1e400", '"1"', '"1_000"', '"１００"',
     '" 5\\n"', "true", "null", "[]", "{}"],
)  # fmt: skip
@pytest.mark.parametrize("route", AMOUNTS, ids=name_of)
def test_an_amount_in_another_form_is_refused(world: HttpWorld, route: Route, spelled: str) -> None:
    body = json.dumps(whole(route)).replace('"amount_minor": 1', f'"amount_minor": {spelled}')
    with untouched(world.store):
        assert send(world, route, body.encode()).said == (400, "AMOUNT_FORMAT")


@pytest.mark.parametrize("amount", [0, -1, 10**11 + 1, 2**63, 2**64, 10**20 - 1])
@pytest.mark.parametrize("route", AMOUNTS, ids=name_of)
def test_an_amount_out_of_range_is_refused(world: HttpWorld, route: Route, amount: int) -> None:
    body = json.dumps(whole(route) | {"amount_minor": amount}).encode()
    with untouched(world.store):
        assert send(world, route, body).said == (422, "AMOUNT_OUT_OF_RANGE")


@pytest.mark.parametrize("code", ["XXX", "eur", "EURO", "", "978", "ＥＵＲ"])
@pytest.mark.parametrize("route", AMOUNTS, ids=name_of)
def test_an_unknown_currency_is_refused(world: HttpWorld, route: Route, code: str) -> None:
    body = json.dumps(whole(route) | {"currency": code}).encode()
    with untouched(world.store):
        assert send(world, route, body).said == (422, "CURRENCY_UNSUPPORTED")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tea\u202egnp.exe", "TEXT_CHARACTER"),
        ("Tea\u2066", "TEXT_CHARACTER"),
        ("Tea\x07", "TEXT_CHARACTER"),
        ("Tea\n", "TEXT_CHARACTER"),
        ("Te\u0301a", "TEXT_CHARACTER"),
        ("x" * 81, "TEXT_CHARACTER"),
    ],
)
def test_a_reason_that_hides_something_is_refused(world: HttpWorld, text: str, code: str) -> None:
    payment = world.paid(1295)
    body = {"merchant_refund_no": "R1", "amount_minor": 1, "currency": "EUR", "reason": text}
    with untouched(world.store):
        answer = world.shop.post(f"/v1/payments/{payment['payment_id']}/refunds", body)
    assert answer.said == (422, code)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE payment"])
def test_a_reason_that_is_only_strange_is_kept_as_it_is(world: HttpWorld, text: str) -> None:
    payment = world.paid(1295)
    number = payment["payment_id"][4:]
    body = {"merchant_refund_no": number, "amount_minor": 1, "currency": "EUR", "reason": text}
    made = world.shop.post(f"/v1/payments/{payment['payment_id']}/refunds", body)
    assert made.json["refund"]["reason"] == text
    assert "text/html" not in made.headers["content-type"]


def test_a_subject_that_says_what_was_bought_is_refused(world: HttpWorld) -> None:
    shop = world.shop
    with untouched(world.store):
        answer = shop.post("/v1/payments", {"request": shop.seal(shop.request(100, subject="Tea"))})
    assert answer.said == (422, "SUBJECT_NOT_NEUTRAL")


def test_a_subject_that_hides_something_is_refused(world: HttpWorld) -> None:
    shop = world.shop
    sealed = shop.seal_text(shop.request(100, subject="Tea"), lambda text: text.replace(
        "subject=Tea", "subject=Tea\u202e"))  # fmt: skip
    with untouched(world.store):
        answer = shop.post("/v1/payments", {"request": sealed})
    assert answer.said == (422, "TEXT_CHARACTER")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("amount_minor=100", "amount_minor=0", (422, "AMOUNT_OUT_OF_RANGE")),
        ("amount_minor=100", "amount_minor=100000000001", (422, "AMOUNT_OUT_OF_RANGE")),
        ("amount_minor=100", "amount_minor=-1", (400, "MESSAGE_FORMAT")),
        ("amount_minor=100", "amount_minor=1e3", (400, "MESSAGE_FORMAT")),
        ("amount_minor=100", "amount_minor=１００", (400, "MESSAGE_FORMAT")),
        ("amount_minor=100", "amount_minor=0100", (400, "MESSAGE_FORMAT")),
        ("currency=EUR", "currency=XXX", (422, "CURRENCY_UNSUPPORTED")),
        ("currency=EUR", "currency=CNY", (422, "CURRENCY_MISMATCH")),
    ],
)
def test_an_amount_inside_a_signed_request_keeps_the_same_rules(
    world: HttpWorld, before: str, after: str, said: tuple[int, str]
) -> None:
    shop = world.shop
    sealed = shop.seal_text(shop.request(100), lambda text: text.replace(before, after))
    with untouched(world.store):
        assert shop.post("/v1/payments", {"request": sealed}).said == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", (400, "FIELD_MISSING")),
        ("?merchant_order_no=a&merchant_order_no=b", (400, "FIELD_FORMAT")),
        ("?merchant_order_no=a&limit=5", (400, "UNKNOWN_FIELD")),
        ("?merchant_order_no=", (400, "IDENTIFIER_FORMAT")),
        ("?merchant_order_no=%00", (400, "IDENTIFIER_FORMAT")),
    ],
)
def test_a_query_is_read_as_strictly(world: HttpWorld, query: str, said: tuple[int, str]) -> None:
    assert world.shop.get(f"/v1/payments{query}").said == said


@pytest.mark.parametrize("state", ["paid", "PAID ", "REFUNDED", "PAID|CLOSED"])
def test_an_unknown_state_can_not_be_asked_for(world: HttpWorld, state: str) -> None:
    answer = world.wallet("anna").get(f"/v1/me/payments?state={state.replace(' ', '%20')}")
    assert answer.said == (400, "FIELD_FORMAT")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_and_told_which_ones_there_are(
    world: HttpWorld, method: str
) -> None:
    answer = world.line.send(world.shop.signed(method, "/v1/payments", b"{}"))
    assert answer.said == (405, "METHOD_NOT_ALLOWED")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
