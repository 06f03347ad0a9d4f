"""The addresses that tell about the service itself: its health, its OpenAPI document, a page.

They are open to anybody, carry nothing of anybody's, and stand in the documents like all others.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Annotated

import flask
import msgspec

from ledger.faces.native.documents import openapi, reference
from ledger.faces.native.documents.openapi import OpenApiDocument
from ledger.faces.native.route import JSON, Route
from ledger.protocol.native_api import Caller, Operation
from ledger.protocol.native_wire import InstantText, View

HTML = "text/html"


class Health(View, frozen=True, kw_only=True):
    """That the ledger works, and how it keeps its promises."""

    status: str
    service: str
    version: str
    clock: InstantText
    ed25519: Annotated[str, msgspec.Meta(description="the library that signs and checks")]
    sqlite: Annotated[str, msgspec.Meta(description="at least 3.51.3")]
    journal_mode: str
    synchronous: Annotated[int, msgspec.Meta(description="2 is FULL: flushed before answered")]
    secure_delete: Annotated[int, msgspec.Meta(description="1: deleted means overwritten")]
    outbox_waiting: Annotated[
        int, msgspec.Meta(description="notifications on their way to a merchant")
    ]
    unlinked: Annotated[int, msgspec.Meta(description="entries without a link in the chain so far")]


class ReferencePage(View, frozen=True, kw_only=True):
    """This API as a page for people."""


def _open_page(name: str, path: str, answers: type[View], summary: str) -> Operation[None, View]:
    return Operation(name, "GET", path, Caller.ANYBODY, type(None), answers, 200, summary)


HEALTH = Route(
    _open_page("getHealth", "/health", Health, "Whether the ledger works, and how."), None
)
OPENAPI = Route(
    _open_page("getOpenApi", "/v1/openapi.json", OpenApiDocument, "This API for programs."), None
)
PAGE = Route(
    _open_page("getReference", "/v1/docs", ReferencePage, "This API for people."),
    None,
    media_type=HTML,
)
ABOUT = (HEALTH, OPENAPI, PAGE)


def install(app: flask.Flask, routes: tuple[Route, ...]) -> None:
    """Serve the two documents about ``routes``; ``/health`` is served by ``ledger.kit.web``."""

    def get_openapi() -> flask.Response:
        return flask.Response(_openapi_json(routes), mimetype=JSON)

    def get_reference() -> flask.Response:
        headers = {"Content-Security-Policy": _content_security_policy(reference.style())}
        return flask.Response(_page(routes), mimetype=HTML, headers=headers)

    for route, view in ((OPENAPI, get_openapi), (PAGE, get_reference)):
        app.add_url_rule(route.operation.path, route.operation.name, view, methods=["GET"])


@cache
def _openapi_json(routes: tuple[Route, ...]) -> bytes:
    return msgspec.json.encode(openapi.document(routes))


@cache
def _page(routes: tuple[Route, ...]) -> str:
    return reference.page(routes)


def _content_security_policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
