"""One call from its bytes to its signed answer.

What only looks is done in one snapshot, what changes something in one unit of work; a refusal
undoes all of it but what has to be remembered of the refusal. The answer says by which key it is
signed, also when nobody knows who called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.core.ports import Books
from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors.wechatpay import Regime, registration
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


def _nothing(books: Books, call: Call, error: QrpayError) -> None:
    """Remember nothing."""


@dataclass(frozen=True)
class Route:
    """An address: method, path as Flask spells it, who answers, whether that changes anything."""

    method: str
    path: str
    handler: Handler
    after_refusal: AfterRefusal = _nothing

    @property
    def changes(self) -> bool:
        """Whether a call is a unit of work."""
        return self.method == "POST"


def answer(face: Face, route: Route, path: dict[str, str]) -> Answer:
    """Answer the call at hand, whatever happens."""
    account: VendorAccount | None = None
    try:
        call = reception.receive(face, path)
        account = call.account
        outcome = negative.played(
            call,
            lambda played: _perform(face, route, played),
            is_query=not route.changes,
            pause=face.provider.pause,
        )
    except Exception as error:  # noqa: BLE001 - a vendor's client gets a vendor's answer to all
        outcome = _refused(error)
        account = account or _claimed_signer(face)
    return respond(_spelled(outcome, account), _signing(face, account))


def _spelled(outcome: Outcome, account: VendorAccount | None) -> Outcome:
    """Spell the code of a refusal as the merchant wants it: by newer pages, or by older ones."""
    code = outcome.body.get("code") if outcome.body else None
    if account is None or code not in OLD_SPELLINGS or not registration(account).old_codes:
        return outcome
    return replace(outcome, body={**(outcome.body or {}), "code": OLD_SPELLINGS[str(code)]})


def refuse(face: Face, error: QrpayError) -> Answer:
    """Tell an error that belongs to no route: an address or a method that there is not."""
    return respond(_refused(error), _signing(face, _claimed_signer(face)))


def _claimed_signer(face: Face) -> VendorAccount | None:
    """Find whose call this claims to be; nobody's while the books can't be read.

    The answer is signed all the same then, by the key that the call names or else by the one of
    most merchants: an SDK that verifies failures, too, is to read that it was the platform's.
    """
    try:
        return reception.signer_of_header(face)
    except Exception:  # noqa: BLE001 - the error that led here is told; this one is the same again
        return None


def _perform(face: Face, route: Route, call: Call) -> Outcome:
    provider = face.provider
    if not route.changes:
        with provider.store.reading() as books:
            return route.handler(provider, books, call)
    refused: CallerError
    with provider.store.transaction() as books:
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


def _signing(face: Face, account: VendorAccount | None) -> Signing:
    provider = face.provider
    regime = registration(account).regime if account else Regime.CERTIFICATE
    choice = face.keys().choose(reception.asked_serial(), regime, provider.clock.now())
    return Signing(choice, provider.clock.outside(), provider.entropy)
