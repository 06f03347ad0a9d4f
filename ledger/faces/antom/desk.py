"""One call from its bytes to its signed answer.

Who calls is known by ``client-id`` and proven by the signature over the path, that id, the time and
the body; then the call is performed in one unit of work. The answer is always HTTP 200, its result
says the rest, and it is signed over the caller's own path and id, refusals too: SDKs read no
unsigned answer. Header names are written small, since one SDK compares them letter by letter.

A wrong signature is answered, and logged, with the text that was expected, the one that was signed
where that can be found, and where the two part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.faces import Provider
from ledger.faces.antom.quotes import Body
from ledger.faces.antom.results import Refused, code_of, result
from ledger.kit.secrets import rsa_keys
from ledger.kit.web import Answer, asked, on_demand, request_log
from ledger.protocol import rsa
from ledger.protocol.alipay_wire.explanations import Explanation
from ledger.protocol.antom_wire import explanations, signatures, values
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.content import ContentTypeUnsupported
from ledger.protocol.errors.trust import SignatureEncoding, SignatureInvalid
from ledger.protocol.instants import Instant

JSON = "application/json"
CONTENT_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Call:
    """A call that certainly came from the merchant of ``account``."""

    provider: Provider
    account: VendorAccount
    body: bytes
    now: Instant


class _Unsigned(Exception):
    """A call whose signature does not hold, and why."""

    def __init__(self, account: VendorAccount, why: Explanation) -> None:
        super().__init__(why.sentence)
        self.account = account
        self.why = why


Performing = Callable[[Call], Body]


def answer(provider: Provider, perform: Performing) -> Answer:
    """Answer the call at hand."""
    try:
        account = _account(provider)
        _verify(account)
        if asked().media_type != JSON:
            raise ContentTypeUnsupported
        _refuse_on_demand()
        call = Call(provider, account, asked().body, provider.clock.now())
        return respond(provider, perform(call))
    except Refused as refusal:
        return _refuse(provider, refusal.code, refusal.message)
    except _Unsigned as unsigned:
        return _explain(provider, unsigned)
    except CallerError as error:
        return refuse(provider, error)


def _refuse_on_demand() -> None:
    """Refuse by what a sandbox asks for (docs/use/faults.md); nothing is done or remembered."""
    code = on_demand.wanted_code()
    if code:
        raise Refused(code)


def _account(provider: Provider) -> VendorAccount:
    client_id = asked().header("client-id")
    with provider.store.reading() as books:
        return accounts.require(books, vendor=Vendor.ANTOM, account_id=client_id)


def _verify(account: VendorAccount) -> None:
    signature = signatures.parse(asked().header("signature"))
    registered = account.settings.get(antom.PUBLIC_KEY, "")
    if not registered or signature.key_version != signatures.KEY_VERSION:
        raise Refused("KEY_NOT_FOUND", f"no key with version {signature.key_version[:8]}")
    key, request = _public_key(registered), asked()
    time, body = request.header("request-time"), request.body
    signed = signatures.content(request.path, account.account_id, time, body)
    try:
        signatures.verify(key, signed, signature)
    except (SignatureInvalid, SignatureEncoding) as error:
        why = explanations.explain(key, signature, signed, body)
        raise _Unsigned(account, why) from error


@lru_cache(64)
def _public_key(text: str) -> RSAPublicKey:
    return rsa.public_key(text)


def _explain(provider: Provider, unsigned: _Unsigned) -> Answer:
    why, code = unsigned.why, "INVALID_SIGNATURE"
    asked().code = code
    request_log.write_signature("ledger", asked().request_id, code, why.told)
    said = f"Invalid signature. {why.sentence} Expected: {why.expected}"
    told: Body = {"result": result(code, said), "signatureExplanation": why.told}
    if why.difference is not None:
        spelled = asdict(why.difference) | {"at": str(why.difference.at)}
        told["signatureExplanation"] = why.told | {"difference": spelled}
    answer = respond(provider, told)
    return answer if antom.signs_every_answer(unsigned.account) else answer._replace(headers={})


def refuse(provider: Provider, error: QrpayError) -> Answer:
    """Answer by a refusal of ours, told by the code for any call."""
    return _refuse(provider, code_of(error), error.detail)


def _refuse(provider: Provider, code: str, message: str) -> Answer:
    asked().code = code
    return respond(provider, {"result": result(code, message)})


def respond(provider: Provider, told: Body) -> Answer:
    """Answer with a body, signed over the exact bytes."""
    body, time = msgspec.json.encode(told), values.time_text(provider.clock.outside())
    client_id = asked().header("client-id")
    signed = signatures.content(asked().path, client_id, time, body)
    headers = {
        "client-id": client_id,
        "response-time": time,
        "signature": signatures.header(platform_key(provider), signed),
    }
    return Answer(body, content_type=CONTENT_TYPE, headers=headers)


def platform_key(provider: Provider) -> RSAPrivateKey:
    """Give the key that answers and notifications are signed with, made at first use."""
    return rsa_keys.keep(provider.vendor_keys, antom.PLATFORM_KEY)


def deciding(call: Call, decide: Callable[[Books], Body]) -> Body:
    """Decide in one unit of work; what refuses has changed nothing."""
    with call.provider.store.transaction() as books:
        return decide(books)
