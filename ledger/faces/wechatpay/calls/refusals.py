"""Refusals: an error of ours as the answer a caller of WeChat Pay gets.

A parameter that is wrong is named with its path, as the vendor does (``/amount/total``). A wrong
signature shows what the vendor shows, and beside it what only a sandbox can: both texts whole,
where they first differ, and which mistake made the other one.
"""

from __future__ import annotations

from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.calls.codes import Told, told
from ledger.kit import problems
from ledger.kit.web import asked
from ledger.protocol import strict_json
from ledger.protocol.errors import CallerError, QrpayError, trust
from ledger.protocol.errors.content import FieldFormat, FieldMissing, UnknownField
from ledger.protocol.wechatpay_wire.explain import Explanation

SHOWN_VALUE = 64
SHOWN_BODY_BYTES = 8
"""So much of the body the platform repeats in its own copy of the signed text."""


class WrongSignature(trust.SignatureInvalid):
    """The signature does not hold, and this is why."""

    def __init__(self, explanation: Explanation, *, method: str, target: str) -> None:
        super().__init__(explanation.sentence)
        self.explanation = explanation
        self.method = method
        self.target = target


def plain(as_told: Told, detail: dict[str, object] | None = None) -> Outcome:
    """Make the answer of an error, with what the vendor calls its detail."""
    body: dict[str, object] = {"code": as_told.code, "message": as_told.message}
    if detail:
        body["detail"] = detail
    return Outcome(as_told.status, body, as_told.number)


def refusal(error: Exception) -> tuple[Outcome, QrpayError]:
    """Tell any exception as an answer; beside it the rule of ours that it stands for."""
    named = problems.as_ours(error)
    as_told = told(named)
    if isinstance(named, WrongSignature):
        return plain(as_told, _sign_detail(named)), named
    if isinstance(named, FieldFormat | FieldMissing | UnknownField):
        return plain(as_told, _field_detail(named)), named
    shows = isinstance(named, CallerError) and as_told.code == "PARAM_ERROR"
    return plain(as_told, {"issue": named.detail} if shows else None), named


def _sign_detail(error: WrongSignature) -> dict[str, object]:
    expected = error.explanation.expected
    *lines, body = expected.split(b"\n", 4)
    truncated = b"\n".join([*lines, body[:-1][:SHOWN_BODY_BYTES], b""])
    return {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": error.method,
            "sign_message_length": len(expected),
            "truncated_sign_message": _text(truncated),
            "url": error.target,
        },
        "explanation": _explained(error.explanation),
    }


def _explained(explanation: Explanation) -> dict[str, object]:
    said: dict[str, object] = {
        "issue": explanation.sentence,
        "expected_message": _text(explanation.expected),
    }
    difference = explanation.difference
    if explanation.signed is not None and difference is not None:
        said["signed_message"] = _text(explanation.signed)
        said["first_difference"] = {
            "byte": difference.byte,
            "line": difference.line,
            "expected": difference.expected,
            "signed": difference.signed,
        }
    return said


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _field_detail(error: QrpayError) -> dict[str, object]:
    path, _, issue = error.detail.partition(": ")
    location = "body" if asked().body else "query"
    told: dict[str, object] = {
        "field": "/" + path.replace(".", "/"),
        "issue": issue or error.title(),
        "location": location,
    }
    value = _value(path) if location == "body" else asked().query().get(path)
    return told if value is None else {**told, "value": str(value)[:SHOWN_VALUE]}


def _value(path: str) -> object:
    """Find what stands in the body there; nothing, if it is no text and no number."""
    try:
        found: object = strict_json.load_object(asked().body)
    except QrpayError:
        return None
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str | int) else None
