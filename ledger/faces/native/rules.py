"""The rules that hold for many addresses: parameters, and the errors each kind of call can meet.

They stand here once, so that the table of routes names only what is particular to an operation.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from ledger.core.idempotency import check_key
from ledger.core.settlement.business_days import day_from_text
from ledger.faces.native.route import Parameter, Route
from ledger.protocol.errors import QrpayError, checkout, codes, content, service, trust
from ledger.protocol.errors.content import FieldFormat, IdentifierFormat
from ledger.protocol.identifiers import Kind, check, check_merchant_id, check_merchant_order_no
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.native_api import Caller


def _matching(name: str, pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise FieldFormat(f"{name} must match {pattern}, not {text[:40]!r}")
    return text


def _optional(name: str, meaning: str, pattern: str) -> Parameter:
    return Parameter(name, meaning, pattern, partial(_matching, name, pattern), required=False)


def _business_date(text: str) -> str:
    """Give a date back in its one spelling."""
    try:
        known = date.fromisoformat(text).isoformat() == text
    except ValueError:
        known = False
    if not known:
        raise IdentifierFormat(f"not a date as 2026-11-21: {text[:40]!r}")
    return text


def _day(text: str) -> str:
    return day_from_text(text).isoformat()


PATH = {
    "payment_id": Parameter(
        "payment_id",
        "The payment.",
        "pay_[0-9A-HJKMNP-TV-Z]{24}",
        partial(check, Kind.PAYMENT),
    ),
    "merchant_id": Parameter(
        "merchant_id",
        "The merchant.",
        "[A-Za-z0-9]{1,20}",
        check_merchant_id,
    ),
    "business_date": Parameter(
        "business_date",
        "The day, in UTC.",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        _business_date,
    ),
    # Whatever stands there is refused as no day, also what has slashes in it.
    "business_day": Parameter(
        "business_day",
        "The business day, at the merchant's place.",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        _day,
        refusal=checkout.BillDateFormat,
        converter="path:",
    ),
}

QUERY = {
    "merchant_order_no": Parameter(
        "merchant_order_no",
        "The merchant's own number of the payment.",
        r"[A-Za-z0-9_\-|*]{1,32}",
        check_merchant_order_no,
    ),
    "state": _optional("state", "Only payments in this state.", "|".join(PaymentState)),
    "after_line": _optional("after_line", "Only lines behind this number.", "[0-9]{1,9}"),
    "before": _optional("before", "Only receipts older than this one.", "rcp_[0-9A-Z]{24}"),
    "after": _optional("after", "Only events behind this sequence number.", "[0-9]{1,18}"),
}

IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "Stands for this one request; a repetition carries it again.",
    "[!-~]{1,64}",
    check_key,
)

LAST_EVENT_ID = _optional(
    "Last-Event-ID", "The same as ``after``, as browsers say it.", "[0-9]{1,18}"
)


def path_of(route: Route) -> list[Parameter]:
    """List the parameters in a route's path, in order."""
    return [PATH[name] for name in re.findall(r"\{(\w+)\}", route.operation.path)]


def query_of(route: Route) -> list[Parameter]:
    """List the parameters a route's query may have."""
    return [QUERY[name] for name in route.operation.query]


def headers_of(route: Route) -> list[Parameter]:
    """List the header fields that mean something to a route, beside those of the signature."""
    headers = [IDEMPOTENCY_KEY] if route.keyed else []
    return [*headers, LAST_EVENT_ID] if "after" in route.operation.query else headers


Errors = tuple[type[QrpayError], ...]

# What every call of a kind can be refused with.

ALWAYS: Errors = (
    service.InvariantBroken,
    service.ServiceUnavailable,
    service.StorageFull,
)

BODY: Errors = (
    content.JsonSyntax,
    content.JsonDuplicateKey,
    content.JsonTooDeep,
    content.JsonNumber,
    content.Encoding,
    content.UnknownField,
    content.FieldMissing,
    content.FieldFormat,
    content.BodyTooLarge,
    content.ContentTypeUnsupported,
)

SIGNED: Errors = (
    trust.SignatureMissing,
    trust.SignatureEncoding,
    trust.SignatureInvalid,
    trust.DigestMismatch,
    trust.TimestampSkew,
    trust.NonceReplay,
    trust.KidFormat,
    trust.KeyUnknown,
    trust.KeyRevoked,
    trust.KeyNotYetValid,
    trust.KeyExpired,
    trust.AlgMismatch,
    checkout.RoleNotAllowed,
)

KEYED: Errors = (
    checkout.IdempotencyKeyMissing,
    checkout.IdempotencyKeyFormat,
    checkout.IdempotencyKeyReused,
)


# What several operations can be refused with, by what is sent to them.

AMOUNT: Errors = (
    content.AmountFormat,
    content.AmountOutOfRange,
    content.CurrencyUnsupported,
    content.CurrencyMismatch,
)

KEY: Errors = (
    trust.KidFormat,
    trust.KeyUnknown,
    trust.KeyRevoked,
    trust.KeyNotYetValid,
    trust.KeyExpired,
    trust.KeyNotAllowedForMerchant,
)

SIGNED_TEXT: Errors = (
    *KEY,
    trust.SignatureEncoding,
    trust.SignatureInvalid,
    content.MessageFormat,
    content.IdentifierFormat,
    content.TextCharacter,
    content.AmountOutOfRange,
    content.CurrencyUnsupported,
)

PAYMENT_REQUEST: Errors = (
    content.CurrencyMismatch,
    checkout.RequestTimes,
    checkout.HoldTimes,
    checkout.SubjectNotNeutral,
    checkout.TerminalNotFound,
    checkout.MerchantBlocked,
    checkout.OrderNumberReused,
)

PAYMENT_CODE: Errors = (
    codes.AuthCodeFormat,
    codes.PaymentAuthCodeInvalid,
    codes.TooManyAttempts,
    checkout.PayerBlocked,
    checkout.NotEnoughFunds,
)

CODE: Errors = (
    *KEY,
    codes.QrTooLong,
    codes.QrSyntax,
    codes.QrDuplicateTag,
    codes.QrTagOrder,
    codes.QrCrcMismatch,
    codes.QrField,
    codes.QrForeign,
    codes.QrVersionUnsupported,
    codes.QrUnsigned,
    codes.QrSignatureInvalid,
    codes.QrIssuedInFuture,
    codes.QrLifetimeTooLong,
    codes.QrExpired,
    codes.QrOrderMismatch,
    codes.QrNotPayable,
    content.TextCharacter,
    content.AmountOutOfRange,
    content.CurrencyUnsupported,
    checkout.MerchantBlocked,
    checkout.PayerBlocked,
)

ENDED: Errors = (checkout.OrderNotFound, checkout.OrderAlreadyPaid, checkout.OrderState)

HELD: Errors = (
    checkout.OrderNotFound,
    checkout.OrderState,
    checkout.PaymentNotHeld,
    checkout.DepositCaptured,
    checkout.HoldExpired,
)

STATEMENT_FILE: Errors = (checkout.BillNotReady, content.RouteNotFound)
"""Before the ending of an address a line break can't stand: that is another address, and none."""

ENROLMENT: Errors = (
    checkout.EnrolmentTokenInvalid,
    trust.KeyFormat,
    trust.WeakKey,
    trust.KeyAlreadyRegistered,
)


PAYERS = (Caller.PAYER, Caller.MERCHANT_OR_PAYER)
"""Who may be a payer, and then one who was erased."""


def errors_of(route: Route) -> set[type[QrpayError]]:
    """Collect every error a call of this route can be answered with."""
    errors = {*ALWAYS, *route.errors}
    errors.update(SIGNED if route.signed else ())
    errors.update((checkout.PayerNotFound,) if route.operation.caller in PAYERS else ())
    errors.update(KEYED if route.keyed else ())
    errors.update(BODY if route.has_body else ())
    errors.update(parameter.refusal for parameter in path_of(route))
    if query_of(route):
        errors.update((content.UnknownField, content.FieldMissing, content.FieldFormat))
    return errors
