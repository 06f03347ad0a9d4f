"""One call from its bytes to its signed answer.

What only looks is done in one snapshot, what changes something in one unit of work; a refusal
undoes all of it but what has to be remembered of the refusal. The answer says by which key it is
signed, also when nobody knows who called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.core.ports import Books
from ledger.core.vendors.wechatpay import Platform, Regime, Registration, registration
from ledger.faces import Provider
from ledger.faces.wechatpay.answering import Outcome, Signing, respond
from ledger.faces.wechatpay.calls import negative, reception
from ledger.faces.wechatpay.calls.call import Call, Face
from ledger.faces.wechatpay.calls.codes import OLD_SPELLINGS
from ledger.faces.wechatpay.calls.refusals import refusal
from ledger.kit.web import Answer, asked, request_log
from ledger.protocol.errors import CallerError, QrpayError, ServiceError

Handler = Callable[[Provider, Books, Call], Outcome]
AfterRefusal = Callable[[Books, Call, QrpayError], None]


@dataclass(frozen=True)
class Route:
    """An address: method, path as Flask spells it, who answers, what a refusal leaves behind."""

    method: str
    path: str
    handler: Handler
    after_refusal: AfterRefusal | None = None

    @property
    def changes(self) -> bool:
        """Whether a call is a unit of work."""
        return self.method == "POST"


def answer(face: Face, route: Route, path: dict[str, str]) -> Answer:
    """Answer the call at hand, whatever happens."""
    call: Call | None = None
    try:
        call = reception.receive(face, path)
        outcome = negative.played(
            call,
            lambda played: _perform(face, route, played),
            is_query=not route.changes,
            pause=face.provider.pause,
        )
    except Exception as error:  # noqa: BLE001 - a vendor's client gets a vendor's answer to all
        outcome = _refused(error)
    if call is not None:
        signing = _signing(face, call.platform, call.registration.regime)
        return respond(_spelled(outcome, call.registration), signing)
    signer = _claimed_signer(face)
    return respond(_spelled(outcome, signer), _signing(face, face.keys(), _regime(signer)))


def _spelled(outcome: Outcome, registered: Registration | None) -> Outcome:
    """Spell the code of a refusal as the merchant wants it: by newer pages, or by older ones."""
    code = outcome.body.get("code") if outcome.body else None
    if registered is None or code not in OLD_SPELLINGS or not registered.old_codes:
        return outcome
    return replace(outcome, body={**(outcome.body or {}), "code": OLD_SPELLINGS[str(code)]})


def refuse(face: Face, error: QrpayError) -> Answer:
    """Tell an error that belongs to no route: an address or a method that there is not."""
    regime = _regime(_claimed_signer(face))
    return respond(_refused(error), _signing(face, face.keys(), regime))


def _claimed_signer(face: Face) -> Registration | None:
    """Find whose call this claims to be; nobody's while the books can't be read.

    The answer is signed all the same then, by the key that the call names or else by the one of
    most merchants: an SDK that verifies failures, too, is to read that it was the platform's.
    """
    try:
        account = reception.signer_of_header(face)
        return registration(account) if account else None
    except Exception:  # noqa: BLE001 - the error that led here is told; this one is the same again
        return None


def _perform(face: Face, route: Route, call: Call) -> Outcome:
    provider, store = face.provider, face.provider.store
    if route.after_refusal is None:
        with store.transaction() if route.changes else store.reading() as books:
            return route.handler(provider, books, call)
    refused: CallerError
    with store.transaction() as books:
        try:
            with books.savepoint():
                return route.handler(provider, books, call)
        except CallerError as error:
            route.after_refusal(books, call, error)
            refused = error  # raised after the commit, so that what was remembered stays
    raise refused


def _refused(error: Exception) -> Outcome:
    outcome, named = refusal(error)
    asked().code = named.code
    if isinstance(named, ServiceError):
        request_log.write_failure("ledger", asked().request_id, error)
    return outcome


def _regime(registered: Registration | None) -> Regime:
    return registered.regime if registered else Regime.CERTIFICATE


def _signing(face: Face, platform: Platform, regime: Regime) -> Signing:
    provider = face.provider
    choice = platform.choose(reception.asked_serial(), regime, provider.clock.now())
    return Signing(choice, provider.clock.outside(), provider.entropy)
