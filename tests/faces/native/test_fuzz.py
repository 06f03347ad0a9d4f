"""Strangers' inputs, made from the OpenAPI document itself: the face answers as documented.

schemathesis makes calls that keep the document's schemas and calls that break them. Each is signed
correctly, so that it gets past the door, and payments that exist stand in the addresses by turns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ledger.faces.native.handlers import events
from ledger.faces.native.route import Route
from ledger.faces.native.routes import EVERYTHING
from ledger.faces.native.rules import path_of, query_of
from ledger.ops.audit import audit
from ledger.protocol.native_api import Caller
from tests.faces.native.examples import NO_PAYMENT, name_of
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.wire import BASE, Party, Request

CALLS_AN_OPERATION = 10
FUZZED = [route for route in EVERYTHING if route is not events.ROUTE]
TAKES_INPUT = [route for route in FUZZED if route.has_body or path_of(route) or query_of(route)]
BOTH_WAYS = [
    *((route, GenerationMode.POSITIVE) for route in FUZZED),
    *((route, GenerationMode.NEGATIVE) for route in TAKES_INPUT),
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


AnyCase = Case[Any]


class Stranger:
    """Sends what schemathesis makes, signed by somebody who may call the operation."""

    def __init__(self, world: HttpWorld) -> None:
        self._world = world
        self._client: FlaskClient = world.app.test_client()
        asked, scanned, paid = world.shop.ask(100), world.shop.ask(200), world.paid(300)
        world.wallet("anna").scan(scanned, world.shop.code(scanned))
        ids = [payment["payment_id"] for payment in (asked, scanned, paid)]
        self._payment_ids = cycle([*ids, NO_PAYMENT])

    def send(self, route: Route, case: AnyCase) -> None:
        """Send a case and hold the answer against the document."""
        request = self._request(route, case)
        response = self._client.open(
            request.path,
            base_url=BASE,
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
        )
        case.validate_response(response, checks=CHECKS)

    def _request(self, route: Route, case: AnyCase) -> Request:
        if "payment_id" in case.path_parameters:
            case.path_parameters["payment_id"] = next(self._payment_ids)
        query = urlencode(case.query, doseq=True)
        path = f"{case.formatted_path}?{query}" if query else case.formatted_path
        method = route.operation.method
        body = b"" if method == "GET" or isinstance(case.body, NotSet) else _bytes(case.body)
        party = self._party(route)
        if party is None:
            return (
                self._world.line.unsigned(path, body)
                if method == "POST"
                else Request(method, path, {})
            )
        key = self._world.line.nonce() if method == "POST" else None
        return party.signed(method, path, body, idempotency_key=key)

    def _party(self, route: Route) -> Party | None:
        callers: dict[Caller, Party | None] = {
            Caller.ANYBODY: None,
            Caller.MERCHANT: self._world.shop,
            Caller.PAYER: self._world.wallet("anna"),
            Caller.MERCHANT_OR_PAYER: self._world.shop,
        }
        return callers[route.operation.caller]


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path_factory.mktemp("ledger"))
    yield made
    assert audit(made.store) == []
    made.close()


@pytest.fixture(scope="module")
def stranger(world: HttpWorld) -> Stranger:
    return Stranger(world)


@pytest.fixture(scope="module")
def schema(world: HttpWorld) -> BaseSchema:
    served = world.line.receive(Request("GET", "/v1/openapi.json", {}))
    return schemathesis.openapi.from_dict(json.loads(served.body))


@pytest.mark.parametrize(
    ("route", "mode"),
    BOTH_WAYS,
    ids=lambda value: name_of(value) if isinstance(value, Route) else value.value,
)
def test_whatever_comes_in_the_answer_is_a_documented_one(
    stranger: Stranger, schema: BaseSchema, route: Route, mode: GenerationMode
) -> None:
    operation = schema[route.operation.path][route.operation.method]

    @settings(
        max_examples=CALLS_AN_OPERATION,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: AnyCase) -> None:
        stranger.send(route, case)

    send()
