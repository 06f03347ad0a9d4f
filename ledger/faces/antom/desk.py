"""One call from its bytes to its signed answer.

Who calls is known by ``client-id`` and proven by the signature over the path, that id, the time and
the body; then the call is performed in one unit of work. The answer is always HTTP 200, its result
says the rest, and it is signed over the caller's own path and id, refusals too: SDKs read no
unsigned answer. Header names are written small, since one SDK compares them letter by letter.

A wrong signature is answered with the text we would have signed, so that both can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.faces import Provider
from ledger.faces.antom.mapping import Body
from ledger.faces.antom.results import Refused, code_of, result
from ledger.kit.secrets import rsa_keys
from ledger.protocol import rsa
from ledger.protocol.antom_wire import signatures, values
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.content import ContentTypeUnsupported
from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.instants import Instant

JSON = "application/json"
CONTENT_TYPE = "application/json; charset=UTF-8"
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Call:
    """A call that certainly came from the merchant of ``account``."""

    provider: Provider
    account: VendorAccount
    body: bytes
    now: Instant


Performing = Callable[[Call], Body]


def answer(provider: Provider, perform: Performing) -> flask.Response:
    """Answer the call at hand."""
    account = None
    try:
        account = _account(provider)
        _verify(account)
        if flask.request.mimetype != JSON:
            raise ContentTypeUnsupported
        call = Call(provider, account, flask.request.get_data(), provider.clock.now())
        return respond(provider, perform(call))
    except Refused as refusal:
        return _refuse(provider, refusal.code, refusal.message)
    except CallerError as error:
        if isinstance(error, SignatureInvalid) and account is not None:
            return _explain(provider, account)
        return refuse(provider, error)


def _account(provider: Provider) -> VendorAccount:
    client_id = flask.request.headers.get("client-id", "")
    with provider.store.reading() as books:
        return accounts.require(books, vendor=Vendor.ANTOM, account_id=client_id)


def _verify(account: VendorAccount) -> None:
    signature = signatures.parse(flask.request.headers.get("signature", ""))
    registered = account.settings.get(antom.PUBLIC_KEY, "")
    if not registered or signature.key_version != signatures.KEY_VERSION:
        raise Refused("KEY_NOT_FOUND", f"no key with version {signature.key_version[:8]}")
    signatures.verify(rsa.public_key(registered), _signed_text(account), signature)


def _signed_text(account: VendorAccount) -> bytes:
    request = flask.request
    time = request.headers.get("request-time", "")
    return signatures.content(request.path, account.account_id, time, request.get_data())


def _explain(provider: Provider, account: VendorAccount) -> flask.Response:
    said = _signed_text(account).decode("utf-8", "backslashreplace")[:_SHOWN_CHARACTERS]
    response = _refuse(provider, "INVALID_SIGNATURE", f"Invalid signature; signed is: {said}")
    if not antom.signs_every_answer(account):
        for name in ("signature", "response-time", "client-id"):
            del response.headers[name]
    return response


def refuse(provider: Provider, error: QrpayError) -> flask.Response:
    """Answer by a refusal of ours, told by the code for any call."""
    return _refuse(provider, code_of(error), error.detail)


def _refuse(provider: Provider, code: str, message: str) -> flask.Response:
    flask.g.code = code
    return respond(provider, {"result": result(code, message)})


def respond(provider: Provider, told: Body) -> flask.Response:
    """Answer with a body, signed over the exact bytes."""
    body, time = msgspec.json.encode(told), values.time_text(provider.clock.now())
    client_id = flask.request.headers.get("client-id", "")
    signed = signatures.content(flask.request.path, client_id, time, body)
    response = flask.Response(body, content_type=CONTENT_TYPE)
    response.headers["client-id"] = client_id
    response.headers["response-time"] = time
    response.headers["signature"] = signatures.header(platform_key(provider), signed)
    return response


def platform_key(provider: Provider) -> RSAPrivateKey:
    """Give the key that answers and notifications are signed with, made at first use."""
    return rsa_keys.keep(provider.vendor_keys, antom.PLATFORM_KEY)


def deciding(call: Call, decide: Callable[[Books], Body]) -> Body:
    """Decide in one unit of work; what refuses has changed nothing."""
    with call.provider.store.transaction() as books:
        return decide(books)
