"""One call from its bytes to its answer, which always has status 200.

Three answers there are: a failure of communication (``return_code`` FAIL, unsigned), a failure of
business (``result_code`` FAIL, signed) and success. A refusal undoes all of the unit of work but
what has to be remembered of the refusal. A wrong sign is told in the platform's words, and beside
them, in fields of their own, what only a sandbox can: both texts and where they first differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import flask

from ledger.core.ports import Books
from ledger.core.vendors.wechatpay.negative_tests import HEADER, LOST
from ledger.faces import Provider
from ledger.faces.wechatpay_v2 import fields as rules
from ledger.faces.wechatpay_v2.calls import negative, reception
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.calls.codes import SYSTEM_ERROR, Told, told
from ledger.kit import problems
from ledger.kit.web import request_log
from ledger.protocol.errors import CallerError, QrpayError, ServiceError
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.wechatpay_v2_wire import documents, signatures

Answer = Mapping[str, str | int]
Handler = Callable[[Provider, Books, Call], "Answer | File"]
AfterRefusal = Callable[[Books, Call, QrpayError], None]

SUCCESS, FAIL = "SUCCESS", "FAIL"
NONCE_BYTES = 16


@dataclass(frozen=True)
class File:
    """An answer that is no document: a bill."""

    content: bytes
    media_type: str
    digest: str = ""


@dataclass(frozen=True)
class Route:
    """An operation: its address, its fields, who answers, and whether that changes anything.

    ``fails_with`` tells a failure in a way of the operation's own.
    """

    path: str
    rules: rules.Rules
    handler: Handler
    changes: bool = False
    after_refusal: AfterRefusal | None = None
    fails_with: Callable[[Told, QrpayError], Answer] | None = None


@dataclass(frozen=True)
class Desk:
    """A route at one of its addresses."""

    provider: Provider
    route: Route
    in_sandbox: bool = False

    def answer(self) -> flask.Response:
        """Answer the request at hand, whatever happens."""
        call: Call | None = None
        try:
            given = reception.read()
            with self.provider.store.reading() as books:
                call = reception.admit(self.provider, books, given, in_sandbox=self.in_sandbox)
                call = replace(call, account=reception.seller(books, call))
            done = self._played(call)
            if isinstance(done, File):
                return _file(done)
            fields = done
        except Exception as error:  # noqa: BLE001 - a vendor's client gets a vendor's answer to all
            fields = self._failure(call, error)
        return flask.Response(documents.write(fields), mimetype="text/xml")

    def _played(self, call: Call) -> Answer | File:
        """Do the call, or what its header asks for instead."""
        asked = negative.wanted()
        if isinstance(asked, Told):
            return self._told(call, asked, FieldFormat(HEADER))
        done = self._perform(replace(call, negative=asked))
        if late_s := asked.late_s(is_query=not self.route.changes):
            self.provider.pause(late_s)
        if asked.word == LOST:
            return self._told(call, SYSTEM_ERROR, FieldFormat(HEADER))
        if isinstance(done, File):
            return done
        return self._envelope(call, {"result_code": SUCCESS, **done})

    def _perform(self, call: Call) -> Answer | File:
        rules.check(call.fields, self.route.rules)
        store, route = self.provider.store, self.route
        if route.after_refusal is None:
            with store.transaction() if route.changes else store.reading() as books:
                return route.handler(self.provider, books, call)
        refused: CallerError
        with store.transaction() as books:
            try:
                with books.savepoint():
                    return route.handler(self.provider, books, call)
            except CallerError as error:
                route.after_refusal(books, call, error)
                refused = error  # raised after the commit, so that what was remembered stays
        raise refused

    def _failure(self, call: Call | None, error: Exception) -> Answer:
        named = problems.as_ours(error)
        flask.g.code = named.code
        if isinstance(named, ServiceError):
            request_log.write_failure("ledger", flask.g.request_id, error)
        return self._told(call, told(named), named)

    def _told(self, call: Call | None, as_told: Told, named: QrpayError) -> Answer:
        if self.route.fails_with is not None:
            return self.route.fails_with(as_told, named)
        if call is None or as_told.is_communication:
            return unheard(as_told, named)
        return self._envelope(call, {"result_code": FAIL, **_said(as_told, named)})

    def _envelope(self, call: Call, told: Answer) -> Answer:
        who = {name: call.text(name) for name in ("appid", "mch_id", "sub_appid", "sub_mch_id")}
        head: dict[str, str | int] = {
            "return_code": SUCCESS,
            "return_msg": "OK",
            **{name: value for name, value in who.items() if value},
            "nonce_str": self.provider.entropy(NONCE_BYTES).hex(),
        }
        sign = signatures.sign({**head, **told}, call.key, call.sign_type)
        return {**head, "sign": sign, **told}


def _said(as_told: Told, error: QrpayError) -> dict[str, str | int]:
    return {"err_code": as_told.code, "err_code_des": as_told.sentence.format(error.detail)}


def unheard(as_told: Told, error: QrpayError) -> Answer:
    """Tell a failure of communication."""
    said = _said(as_told, error)
    head = {"return_code": FAIL, "return_msg": said["err_code_des"]}
    return {**head, **said, **explanation(error)}


def refuse(error: QrpayError) -> flask.Response:
    """Tell what went wrong before any operation was found, at an address that there is not."""
    document = documents.write(unheard(told(error), error))
    return flask.Response(document, error.status, mimetype="text/xml")


def explanation(error: QrpayError) -> Answer:
    """Say why a sign does not hold, or what is wrong with a document, in fields of our own.

    What went wrong in here is nobody's business.
    """
    if isinstance(error, ServiceError):
        return {}
    if not isinstance(error, reception.WrongSign):
        return {"explanation": error.detail}
    why = error.explanation
    said: dict[str, str | int] = {"explanation": why.reason, "expected_text": why.expected}
    if why.signed is not None:
        said["signed_text"] = why.signed
    if why.first_difference is not None:
        said["first_difference"] = why.first_difference
    return said


def _file(file: File) -> flask.Response:
    response = flask.Response(file.content, content_type=file.media_type)
    if file.digest:
        response.headers["Digest"] = f"SHA={file.digest}"
    return response
