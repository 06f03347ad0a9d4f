"""What the face says about itself is what it does: OpenAPI, the page, health, the tables."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import flask
import pytest

from ledger.faces.native.documents.pages import Health
from ledger.faces.native.route import Route
from ledger.faces.native.routes import EVERYTHING, ROUTES
from ledger.protocol.errors import QrpayError
from ledger.protocol.native_api import OPERATIONS
from tests.faces.native.examples import BODIES, CHANGING, name_of
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.wire import Request


@pytest.fixture(scope="module")
def openapi(refusing_world: HttpWorld) -> dict[str, Any]:
    """The document as it is served."""
    response = refusing_world.line.receive(Request("GET", "/v1/openapi.json", {}))
    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    document = json.loads(response.body)
    assert isinstance(document, dict)
    return document


def addresses_of(app: flask.Flask) -> set[tuple[str, str]]:
    """Method and path of everything that Flask answers."""
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_document_lists_exactly_what_is_served(tmp_path: Path, openapi: dict[str, Any]) -> None:
    documented = {
        (method.upper(), path) for path, item in openapi["paths"].items() for method in item
    }
    alone = HttpWorld(tmp_path, vendor_faces=())
    assert documented == addresses_of(alone.app)
    alone.close()


def test_the_published_operations_are_served_and_no_handler_serves_another() -> None:
    published = {operation.name for operation in OPERATIONS}
    assert published <= {route.operation.name for route in EVERYTHING}
    assert {route.operation.name for route in ROUTES} <= published


def test_every_changing_operation_has_an_example() -> None:
    assert {name_of(route) for route in CHANGING} == set(BODIES)


def test_every_reference_inside_the_document_leads_somewhere(openapi: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(openapi)))
    assert references
    for reference in references:
        node: Any = openapi
        for name in reference.removeprefix("#/").split("/"):
            node = node[name]


@pytest.mark.parametrize("route", EVERYTHING, ids=name_of)
def test_every_refusal_stands_under_its_status_with_its_sentence(
    openapi: dict[str, Any], route: Route
) -> None:
    operation = openapi["paths"][route.operation.path][route.operation.method.lower()]
    for error in route.errors:
        told = operation["responses"][str(error.status)]["description"]
        assert f"`{error.code}`: {error.title()}" in told


def test_each_operation_has_one_name(openapi: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for item in openapi["paths"].values()
        for operation in item.values()
    ]
    assert len(names) == len(set(names)) == len(EVERYTHING)


def test_signed_operations_say_so(openapi: dict[str, Any]) -> None:
    for route in EVERYTHING:
        operation = openapi["paths"][route.operation.path][route.operation.method.lower()]
        assert bool(operation["security"]) == route.signed
        keys = [each["name"] for each in operation["parameters"] if each["in"] == "header"]
        assert ("Idempotency-Key" in keys) == route.keyed


class PageReader(HTMLParser):
    """Collects what a page would load, run or link to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(str(value))
            if name == "href":
                self.links.append(str(value))
            if name in ("src", "srcset", "style") or name.startswith("on"):
                self.outside.append(f"{tag} {name}")


def test_the_page_needs_nothing_from_outside_and_runs_nothing(world: HttpWorld) -> None:
    response = world.line.receive(Request("GET", "/v1/docs", {}))
    page = response.body.decode()
    reader = PageReader()
    reader.feed(page)

    assert reader.outside == []
    assert reader.tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form"})
    assert {link for link in reader.links if not link.startswith("#")} == {"/v1/openapi.json"}
    assert {link[1:] for link in reader.links if link.startswith("#")} <= reader.ids
    assert {route.operation.name for route in EVERYTHING} <= reader.ids
    assert "DEMO" in page


def test_the_pages_policy_allows_its_own_style_and_nothing_else(world: HttpWorld) -> None:
    response = world.line.receive(Request("GET", "/v1/docs", {}))
    style = re.search(r"<style>(.*?)</style>", response.body.decode(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]


def test_health_tells_how_the_promises_are_kept(world: HttpWorld) -> None:
    response = world.line.receive(Request("GET", "/health", {}))
    told = json.loads(response.body)
    assert set(told) == set(Health.__struct_fields__)
    assert (told["status"], told["service"], told["outbox_waiting"]) == ("ok", "ledger", 0)
    assert told["clock"] == "2026-11-22T12:00:00.000Z"
    assert tuple(map(int, told["sqlite"].split("."))) >= (3, 51, 3)
    world.paid(100)
    response = world.line.receive(Request("GET", "/health", {}))
    assert json.loads(response.body)["outbox_waiting"] == 1


def test_published_keys_are_those_of_the_ledger_and_the_merchants_only(world: HttpWorld) -> None:
    assert world.wallet("anna")
    assert world.shop
    response = world.line.receive(Request("GET", "/v1/keys", {}))
    owners = [key["owner"] for key in json.loads(response.body)["keys"]]
    assert owners == ["ledger", "merchant:M2088DEMO000001"]


def test_a_status_stands_for_errors_of_its_class_only() -> None:
    for route in EVERYTHING:
        for error in route.errors:
            assert issubclass(error, QrpayError)
            assert 400 <= error.status < 500, (route.operation.name, error.code)
