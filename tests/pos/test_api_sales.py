"""Sales over the API: what a till reckons, and every refusal by name with nothing changed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from pos.counter.desk import Desk
from tests.pos.api import BASKET, code_of, collect, everything, open_sale, post, seen
from tests.pos.shop import PAYMENT_CODE


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
