"""Receiving a call: read it strictly, check who signed it, and that it is new.

In this order, so that a stranger learns little: size, form of the Idempotency-Key, signature, path
and query, body. A signed call is good once: its nonce is kept in the unit of work that answers it,
until the signature is too old to be accepted in any case. Only then it is asked whether the signer
may call this at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import flask

from ledger.core.parties import keys
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.native import rules
from ledger.faces.native.call import Call, Opened
from ledger.faces.native.route import Route
from ledger.kit import web
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.checkout import RoleNotAllowed
from ledger.protocol.errors.content import FieldFormat, FieldMissing, UnknownField
from ledger.protocol.errors.trust import KeyRevoked
from ledger.protocol.instants import SECOND, later
from ledger.protocol.native_api import Caller
from ledger.protocol.signing.http_messages import (
    MOST_SKEW_S,
    RequestParts,
    VerifiedRequest,
    verify_request,
)

NONCE_KEPT_MS = 2 * MOST_SKEW_S * SECOND
"""Twice as long as a signature is accepted, so that a clock set back does not open a gap."""


def receive(provider: Provider, route: Route, path: dict[str, str]) -> Call:
    """Read the request at hand as a call of this route, its signature checked."""
    call = Call(
        now=provider.clock.now(),
        path=path,
        query={},
        body=None,
        raw_body=flask.request.get_data(),
        idempotency_key=_idempotency_key(route),
        request_id=flask.g.request_id,
    )
    if not route.signed:
        return _opened_unsigned(provider, route, _read(call, route))
    with provider.store.reading() as books:
        signature = _verified(books, call)
        device = books.directory.device_of_key(signature.key.key_id)
        call = _read(replace(call, signature=signature, signing_device=device), route)
        return replace(call, inside=_opened(books, route, call))


def _opened_unsigned(provider: Provider, route: Route, call: Call) -> Call:
    if route.opener is None:
        return call
    with provider.store.reading() as books:
        return replace(call, inside=_opened(books, route, call))


def _read(call: Call, route: Route) -> Call:
    return replace(
        call,
        path=_path(call.path),
        query=_query(route),
        body=web.read_json(route.operation.sends) if route.has_body else None,
    )


def _opened(books: Books, route: Route, call: Call) -> Opened:
    if route.opener is None:
        return Opened()
    try:
        return Opened(message=route.opener(books, call))
    except CallerError as error:
        return Opened(refusal=error)


def _idempotency_key(route: Route) -> str:
    # One that is missing is noticed with the signature, which has to cover it.
    key = flask.request.headers.get(rules.IDEMPOTENCY_KEY.name)
    return rules.IDEMPOTENCY_KEY.check(key) if route.keyed and key is not None else ""


def _verified(books: Books, call: Call) -> VerifiedRequest:
    request = flask.request
    target, headers = _target_uri(request), dict(request.headers)
    parts = RequestParts(request.method, target, headers, call.raw_body)
    try:
        return verify_request(parts, keys.directory(books), now=call.now)
    except KeyRevoked as error:
        _require_not_erased(books, key_id=error.detail)
        raise


def _require_not_erased(books: Books, *, key_id: str) -> None:
    """Tell the phone of a payer who was erased that there is no such payer any more."""
    device = books.directory.device_of_key(key_id)
    if device is not None:
        require_payer(books, device.payer_id)


def _target_uri(request: flask.Request) -> str:
    """Spell the address as the caller sent it; ``request.url`` would undo some escapes."""
    query = request.query_string.decode("latin-1")
    address = f"{request.scheme}://{request.host}{quote(request.path)}"
    return f"{address}?{query}" if query else address


def _path(values: Mapping[str, str]) -> dict[str, str]:
    return {name: rules.PATH[name].check(value) for name, value in values.items()}


def _query(route: Route) -> dict[str, str]:
    given = flask.request.args.to_dict(flat=False)
    known = {parameter.name: parameter for parameter in rules.query_of(route)}
    for name, values in given.items():
        if name not in known:
            raise UnknownField(f"the query has no {name[:40]!r}")
        if len(values) > 1:
            raise FieldFormat(f"{name} is named more than once")
    checked = {name: known[name].check(values[0]) for name, values in given.items()}
    for parameter in known.values():
        if parameter.required and parameter.name not in checked:
            raise FieldMissing(parameter.name)
    return checked


def admit_once(books: Books, call: Call) -> None:
    """Keep the call's nonce in this unit of work; raises ``NonceReplay`` for a known one."""
    if call.signature is not None:
        books.nonces.remember(
            key_id=call.signature.key.key_id,
            nonce=call.signature.nonce,
            expires_at=later(call.signature.created, NONCE_KEPT_MS),
        )


def require_role(route: Route, call: Call) -> None:
    """Refuse a party that the operation is not for (``RoleNotAllowed``)."""
    allowed = {
        Caller.ANYBODY: True,
        Caller.MERCHANT: call.is_merchant,
        Caller.PAYER: call.is_payer,
        Caller.MERCHANT_OR_PAYER: call.is_merchant or call.is_payer,
    }
    if not allowed[route.operation.caller]:
        raise RoleNotAllowed(f"only for a {route.operation.caller}")
