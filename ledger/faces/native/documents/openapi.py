"""The OpenAPI 3.1 document of the native face, made from its table of routes.

Source: OpenAPI Specification 3.1.1; JSON Schema 2020-12 for the bodies, which msgspec derives from
the same structs that decode them. What is not in the table is not served, so the document lists
every address by construction; a test compares it with Flask's own map all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from ledger.faces.native import rules
from ledger.faces.native.route import JSON, Parameter, Route
from ledger.kit import problems
from ledger.protocol.errors import QrpayError
from ledger.protocol.native_wire import View

VERSION = "1"
_REF = "#/components/schemas/{name}"

PREAMBLE = """Money is whole minor units with a currency code; times are UTC with three decimals.

Every call that is not open to anybody is signed with HTTP Message Signatures (RFC 9421) over
`@method`, `@target-uri`, `content-digest` and, where there is one, `idempotency-key`, with
`created`, `nonce`, `keyid` and `tag="qrpay"`. Each answer to a signed call is signed by the
provider over `@status`, `content-digest` and the call's signature, except a stream of events. A
signed call is good once: a repetition carries a new nonce and the same `Idempotency-Key`, and is
answered with the same bytes.

A refusal is a problem document (RFC 9457) whose `code` names the broken rule."""

_SECURITY = {
    "httpSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "RFC 9421, together with Signature-Input and Content-Digest",
    }
}


class OpenApiDocument(View, frozen=True, kw_only=True):
    """The members of an OpenAPI document that this one has."""

    openapi: str
    info: dict[str, str]
    servers: list[dict[str, str]]
    paths: dict[str, dict[str, object]]
    components: dict[str, object]


def document(routes: Sequence[Route]) -> OpenApiDocument:
    """Describe all routes."""
    by_path = sorted(routes, key=lambda route: route.operation.path)
    return OpenApiDocument(
        openapi="3.1.0",
        info={"title": "qrpay ledger", "version": VERSION, "description": PREAMBLE},
        servers=[{"url": "/"}],
        paths={
            path: {route.operation.method.lower(): _operation(route) for route in rows}
            for path, rows in groupby(by_path, key=lambda route: route.operation.path)
        },
        components={"schemas": schemas(routes), "securitySchemes": _SECURITY},
    )


def schemas(routes: Sequence[Route]) -> dict[str, dict[str, object]]:
    """Describe all bodies, by the names of their structs, in the order of the alphabet."""
    structs: set[type] = {problems.Problem}
    for route in routes:
        structs.add(route.operation.answers)
        structs.update([route.operation.sends] if route.has_body else [])
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, components = msgspec.json.schema_components(
        ordered, schema_hook=lambda _: {"description": "any JSON value"}, ref_template=_REF
    )
    return dict(sorted(components.items()))


def _operation(route: Route) -> dict[str, object]:
    operation = route.operation
    described: dict[str, object] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [str(operation.caller)],
        "security": [{"httpSignature": []}] if route.signed else [],
        "parameters": [
            *(_parameter("path", parameter) for parameter in rules.path_of(route)),
            *(_parameter("query", parameter) for parameter in rules.query_of(route)),
            *(_parameter("header", parameter) for parameter in rules.headers_of(route)),
        ],
        "responses": {str(operation.status): _success(route), **_refusals(rules.errors_of(route))},
    }
    if route.has_body:
        content = {JSON: {"schema": _reference(operation.sends)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(place: str, parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required,
        "description": parameter.meaning,
        "schema": {"type": "string", "pattern": f"^({parameter.pattern})$"},
    }


def _success(route: Route) -> dict[str, object]:
    schema: dict[str, str] = _reference(route.operation.answers)
    if route.media_type != JSON:
        schema = {"type": "string", "description": str(route.operation.answers.__doc__)}
    return {"description": "Done.", "content": {route.media_type: {"schema": schema}}}


def _refusals(errors: Iterable[type[QrpayError]]) -> dict[str, object]:
    ordered = sorted(errors, key=lambda error: (error.status, error.code))
    return {
        str(status): _refusal(list(rows))
        for status, rows in groupby(ordered, key=lambda error: error.status)
    }


def _refusal(errors: Sequence[type[QrpayError]]) -> dict[str, object]:
    code = {"properties": {"code": {"enum": [error.code for error in errors]}}}
    return {
        "description": "\n".join(f"* `{error.code}`: {error.title()}" for error in errors),
        "content": {
            problems.MEDIA_TYPE: {"schema": {"allOf": [_reference(problems.Problem), code]}}
        },
    }


def _reference(struct: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=struct.__name__)}
