"""The native API for reading: addresses, bodies and rules as a page and as Markdown.

Both spell the same ``Reference``, which is taken from the table of routes and the schemas of the
OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2

from ledger.faces.native import rules
from ledger.faces.native.documents import openapi
from ledger.faces.native.route import Parameter, Route
from ledger.protocol.errors import QrpayError

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("ledger.faces.native.documents"),
    autoescape=jinja2.select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
)


@dataclass(frozen=True)
class Address:
    """An operation as a reader wants it told."""

    name: str
    method: str
    path: str
    caller: str
    summary: str
    parameters: Sequence[Parameter]
    sends: str
    status: int
    answers: str
    errors: Sequence[type[QrpayError]]


@dataclass(frozen=True)
class Field:
    """A member of a body."""

    name: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True)
class Body:
    """A body: what it is, and its members."""

    name: str
    meaning: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class Reference:
    """Everything there is to tell; ``shared`` are the rules every call of a kind can break."""

    preamble: str
    addresses: Sequence[Address]
    bodies: Sequence[Body]
    shared: Mapping[str, Sequence[type[QrpayError]]]


def reference(routes: Sequence[Route]) -> Reference:
    """Collect what is to tell about all routes."""
    return Reference(
        preamble=openapi.PREAMBLE,
        addresses=[_address(route) for route in routes],
        bodies=[_body(name, schema) for name, schema in openapi.schemas(routes).items()],
        shared={
            "every call": rules.ALWAYS,
            "a signed call": rules.SIGNED,
            "a signed POST": rules.KEYED,
            "a call with a body": rules.BODY,
        },
    )


def style() -> str:
    """Give the page's style sheet."""
    return _TEMPLATES.get_template("reference.css").render()


def page(routes: Sequence[Route]) -> str:
    """Spell the reference as one HTML page without outside resources and without scripts."""
    return _TEMPLATES.get_template("reference.html").render(reference=reference(routes))


def markdown(routes: Sequence[Route]) -> str:
    """Spell the reference as Markdown."""
    return _TEMPLATES.get_template("reference.md").render(reference=reference(routes))


def _address(route: Route) -> Address:
    operation = route.operation
    return Address(
        name=operation.name,
        method=operation.method,
        path=operation.path,
        caller=str(operation.caller),
        summary=operation.summary,
        parameters=[*rules.query_of(route), *rules.headers_of(route)],
        sends=operation.sends.__name__ if route.has_body else "",
        status=operation.status,
        answers=operation.answers.__name__,
        errors=sorted(set(route.errors), key=lambda error: (error.status, error.code)),
    )


def _body(name: str, schema: Mapping[str, Any]) -> Body:
    required = schema.get("required", [])
    return Body(
        name=name,
        meaning=_meaning(schema),
        fields=[
            Field(field, spell(kind), field in required, _words(kind.get("description", "")))
            for field, kind in schema.get("properties", {}).items()
        ],
    )


def spell(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a JSON Schema takes.

    >>> spell({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]})
    'list of string, or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return ", or ".join(_each(schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {spell(schema['items'])}"
    return str(schema.get("type", "any"))


def _each(schemas: Iterable[Mapping[str, Any]]) -> list[str]:
    spelled = [spell(schema) for schema in schemas]
    return sorted(spelled, key=lambda kind: kind == "null")


def _meaning(schema: Mapping[str, Any]) -> str:
    sentences = [_words(schema.get("description", ""))]
    if "enum" in schema:
        sentences.append("One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".")
    return " ".join(filter(None, sentences))


def _words(docstring: str) -> str:
    return " ".join(docstring.split()).replace("``", "`")
