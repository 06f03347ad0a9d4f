"""The table of routes: every published operation, who answers it, which rules can be broken.

``install`` turns the table into Flask rules. An operation of ``native_api`` that has no row here,
and a row without an operation, is found by a test.
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from ledger.faces import Provider
from ledger.faces.native import desk
from ledger.faces.native.documents import pages
from ledger.faces.native.handlers import anybody, events, merchants, payers
from ledger.faces.native.live import LiveEvents
from ledger.faces.native.route import Route
from ledger.protocol import native_api as api
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    EnrolmentTokenInvalid,
    IllegalTransition,
    MerchantBlocked,
    MerchantNotFound,
    NotEnoughFunds,
    OrderAlreadyPaid,
    OrderClaimed,
    OrderNotFound,
    OrderNotPaid,
    OrderNumberReused,
    OrderState,
    PayerBlocked,
    QuoteExpired,
    RefundExceedsCaptured,
    RefundNumberReused,
    RequestTimes,
    ScaMismatch,
    StaticQrDailyLimit,
    TerminalNotFound,
)
from ledger.protocol.errors.codes import (
    AuthCodeFormat,
    PaymentAuthCodeInvalid,
    QrCrcMismatch,
    QrDuplicateTag,
    QrExpired,
    QrField,
    QrForeign,
    QrIssuedInFuture,
    QrLifetimeTooLong,
    QrNotPayable,
    QrOrderMismatch,
    QrSignatureInvalid,
    QrSyntax,
    QrTagOrder,
    QrTooLong,
    QrUnsigned,
    QrVersionUnsupported,
    TooManyAttempts,
)
from ledger.protocol.errors.content import (
    AmountFormat,
    AmountOutOfRange,
    CurrencyMismatch,
    CurrencyUnsupported,
    IdentifierFormat,
    MessageFormat,
    TextCharacter,
)
from ledger.protocol.errors.trust import (
    KeyAlreadyRegistered,
    KeyExpired,
    KeyFormat,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
    SignatureEncoding,
    SignatureInvalid,
    WeakKey,
)

Errors = tuple[type[QrpayError], ...]

AMOUNT: Errors = (AmountFormat, AmountOutOfRange, CurrencyUnsupported, CurrencyMismatch)
SIGNED_TEXT: Errors = (
    *(MessageFormat, IdentifierFormat, TextCharacter, AmountOutOfRange, CurrencyUnsupported),
    *(KidFormat, KeyUnknown, KeyRevoked, KeyNotYetValid, KeyExpired),
    *(KeyNotAllowedForMerchant, SignatureEncoding, SignatureInvalid),
)
CODE: Errors = (
    *(QrTooLong, QrSyntax, QrDuplicateTag, QrTagOrder, QrCrcMismatch, QrField, QrForeign),
    *(QrVersionUnsupported, QrUnsigned, QrSignatureInvalid, QrIssuedInFuture, QrLifetimeTooLong),
    *(QrExpired, QrOrderMismatch, QrNotPayable, TextCharacter, AmountOutOfRange),
    *(CurrencyUnsupported, KidFormat, KeyUnknown, KeyRevoked, KeyNotYetValid, KeyExpired),
    *(KeyNotAllowedForMerchant, MerchantBlocked, PayerBlocked),
)
REQUEST: Errors = (
    *(CurrencyMismatch, RequestTimes, TerminalNotFound, MerchantBlocked, OrderNumberReused),
)
PAYMENT_CODE: Errors = (
    *(AuthCodeFormat, PaymentAuthCodeInvalid, TooManyAttempts, NotEnoughFunds, PayerBlocked),
)
ENDED: Errors = (OrderNotFound, OrderAlreadyPaid, OrderState)
ENROLMENT: Errors = (EnrolmentTokenInvalid, KeyFormat, WeakKey, KeyAlreadyRegistered)

ROUTES: tuple[Route, ...] = (
    Route(api.GET_KEYS, anybody.get_keys),
    Route(api.GET_MERCHANT, anybody.get_merchant, (MerchantNotFound,)),
    Route(api.ENROL_TERMINAL, anybody.enrol_terminal, (*ENROLMENT, TerminalNotFound)),
    Route(api.ENROL_DEVICE, anybody.enrol_device, ENROLMENT),
    Route(
        api.CREATE_PAYMENT,
        merchants.create_payment,
        (*SIGNED_TEXT, *REQUEST, *ENDED, *PAYMENT_CODE),
        after_refusal=merchants.count_miss,
    ),
    Route(api.FIND_PAYMENTS, merchants.find_payments, (IdentifierFormat,)),
    Route(api.GET_PAYMENT, merchants.get_payment, (OrderNotFound,)),
    Route(api.CLOSE_PAYMENT, merchants.close_payment, ENDED),
    Route(
        api.REVERSE_PAYMENT,
        merchants.reverse_payment,
        (*ENDED, OrderNumberReused, NotEnoughFunds),
    ),
    Route(
        api.CREATE_REFUND,
        merchants.create_refund,
        (
            *(*AMOUNT, TextCharacter, OrderNotFound, OrderNotPaid, OrderState),
            *(RefundExceedsCaptured, RefundNumberReused, NotEnoughFunds),
        ),
    ),
    Route(api.LIST_REFUNDS, merchants.list_refunds, (OrderNotFound,)),
    Route(api.LIST_RECEIPTS, merchants.list_receipts, (OrderNotFound,)),
    Route(api.CLAIM_PAYMENT, payers.claim_payment, (*CODE, *ENDED, OrderClaimed)),
    Route(
        api.CLAIM_STICKER,
        payers.claim_sticker,
        (
            *(*CODE, *AMOUNT, *ENDED, IdentifierFormat, OrderNumberReused, OrderClaimed),
            *(StaticQrDailyLimit, MerchantNotFound, TerminalNotFound),
        ),
    ),
    Route(api.GET_OFFER, payers.get_offer, ENDED),
    Route(
        api.AUTHORISE_PAYMENT,
        payers.authorise_payment,
        (
            *(*SIGNED_TEXT, *ENDED, ScaMismatch, QuoteExpired, QrExpired, OrderClaimed),
            *(NotEnoughFunds, MerchantBlocked, PayerBlocked, StaticQrDailyLimit),
        ),
    ),
    Route(api.DECLINE_PAYMENT, payers.decline_payment, ENDED),
    Route(api.RELEASE_PAYMENT, payers.release_payment, (*ENDED, IllegalTransition)),
    Route(api.GET_ME, payers.get_me),
    Route(api.LIST_MY_PAYMENTS, payers.list_my_payments),
    Route(api.LIST_MY_RECEIPTS, payers.list_my_receipts),
    Route(api.ISSUE_PAYMENT_CODES, payers.issue_payment_codes, (PayerBlocked,)),
)


EVERYTHING: tuple[Route, ...] = (*ROUTES, events.ROUTE, *pages.ABOUT)
"""Every address the ledger answers at."""


def install(app: flask.Flask, provider: Provider, live: LiveEvents) -> None:
    """Let ``app`` serve all of it, and sign every answer to a signed call.

    ``/health`` is not registered here: it belongs to the manners of every service (``kit.web``).
    """
    for route in ROUTES:
        _add(app, route, _view(provider, route))
    _add(app, events.ROUTE, lambda: events.follow_events(provider, live))
    pages.install(app, EVERYTHING)
    app.after_request(lambda response: desk.sign(provider, response))


def _add(app: flask.Flask, route: Route, view: Callable[..., flask.Response]) -> None:
    operation = route.operation
    rule = operation.path.replace("{", "<").replace("}", ">")
    app.add_url_rule(rule, operation.name, view, methods=[operation.method])


def _view(provider: Provider, route: Route) -> Callable[..., flask.Response]:
    return lambda **path: desk.answer(provider, route, path)
