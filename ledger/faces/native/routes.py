"""The table of routes: every published operation, who answers it, which rules can be broken.

``install`` turns the table into Flask rules. An operation of ``native_api`` that has no row here,
and a row without an operation, is found by a test.
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from ledger.faces import Provider
from ledger.faces.native import desk, rules
from ledger.faces.native.documents import pages
from ledger.faces.native.handlers import (
    anybody,
    deposits,
    events,
    merchants,
    payers,
    personal,
    scans,
    statements,
)
from ledger.faces.native.live import LiveEvents
from ledger.faces.native.route import Route
from ledger.kit import web
from ledger.protocol import native_api as api
from ledger.protocol.errors import checkout, codes, content, guests, privacy, trust

ROUTES: tuple[Route, ...] = (
    Route(api.GET_KEYS, anybody.get_keys),
    Route(api.GET_MERCHANT, anybody.get_merchant, (checkout.MerchantNotFound,)),
    Route(api.GET_HEAD, anybody.get_head, (trust.HeadNotSealed,)),
    Route(
        api.ENROL_TERMINAL,
        anybody.enrol_terminal,
        (*rules.ENROLMENT, checkout.TerminalNotFound),
    ),
    Route(
        api.ENROL_DEVICE,
        anybody.enrol_device,
        (*rules.ENROLMENT, guests.GuestPassUsedUp),
    ),
    Route(
        api.CREATE_PAYMENT,
        merchants.create_payment,
        (*rules.SIGNED_TEXT, *rules.PAYMENT_REQUEST, *rules.PAYMENT_CODE, *rules.ENDED),
        opener=merchants.open_request,
        after_refusal=merchants.count_miss,
    ),
    Route(api.FIND_PAYMENTS, merchants.find_payments, (content.IdentifierFormat,)),
    Route(api.GET_PAYMENT, merchants.get_payment, (checkout.OrderNotFound,)),
    Route(api.CLOSE_PAYMENT, merchants.close_payment, rules.ENDED),
    Route(
        api.REVERSE_PAYMENT,
        merchants.reverse_payment,
        (
            *rules.ENDED,
            checkout.OrderNumberReused,
            checkout.NotEnoughFunds,
            privacy.PayerErased,
        ),
    ),
    Route(
        api.CAPTURE_DEPOSIT,
        deposits.capture_deposit,
        (*rules.AMOUNT, *rules.HELD, checkout.CaptureExceedsHeld, checkout.MerchantBlocked),
    ),
    Route(api.RELEASE_DEPOSIT, deposits.release_deposit, rules.HELD),
    Route(
        api.CREATE_REFUND,
        merchants.create_refund,
        (
            *rules.AMOUNT,
            content.TextCharacter,
            checkout.OrderNotFound,
            checkout.OrderNotPaid,
            checkout.OrderState,
            checkout.RefundExceedsCaptured,
            content.RefundTooSmall,
            checkout.RefundNumberReused,
            checkout.NotEnoughFunds,
            privacy.PayerErased,
        ),
    ),
    Route(api.LIST_REFUNDS, merchants.list_refunds, (checkout.OrderNotFound,)),
    Route(api.LIST_RECEIPTS, merchants.list_receipts, (checkout.OrderNotFound,)),
    Route(api.GET_STATEMENT, statements.get_statement, (checkout.BillNotReady,)),
    Route(
        api.GET_STATEMENT_CSV,
        statements.get_statement_csv,
        rules.STATEMENT_FILE,
        media_type="text/csv",
    ),
    Route(
        api.GET_STATEMENT_CAMT,
        statements.get_statement_camt,
        rules.STATEMENT_FILE,
        media_type="application/xml",
    ),
    Route(
        api.CLAIM_PAYMENT,
        payers.claim_payment,
        (*rules.CODE, *rules.ENDED, checkout.OrderClaimed),
    ),
    Route(
        api.CLAIM_STICKER,
        payers.claim_sticker,
        (
            *rules.CODE,
            *rules.AMOUNT,
            *rules.ENDED,
            content.IdentifierFormat,
            checkout.OrderNumberReused,
            checkout.OrderClaimed,
            checkout.StaticQrDailyLimit,
            checkout.MerchantNotFound,
            checkout.TerminalNotFound,
        ),
    ),
    Route(
        api.CLAIM_CODE,
        payers.claim_code,
        (
            *rules.ENDED,
            checkout.OrderClaimed,
            checkout.MerchantBlocked,
            checkout.PayerBlocked,
            checkout.DailyLimit,
            checkout.MonthlyLimit,
            codes.QrExpired,
            content.CurrencyUnsupported,
        ),
    ),
    Route(api.GET_OFFER, payers.get_offer, rules.ENDED),
    Route(
        api.AUTHORISE_PAYMENT,
        payers.authorise_payment,
        (
            *rules.SIGNED_TEXT,
            *rules.ENDED,
            codes.QrExpired,
            trust.TimestampSkew,
            checkout.ScaMismatch,
            checkout.QuoteExpired,
            checkout.OrderClaimed,
            checkout.NotEnoughFunds,
            checkout.MerchantBlocked,
            checkout.PayerBlocked,
            checkout.StaticQrDailyLimit,
        ),
        opener=payers.open_consent,
    ),
    Route(
        api.AUTHORISE_CODES,
        scans.authorise_codes,
        opener=scans.open_codes,
        body_max_bytes=scans.BODY_MAX_BYTES,
    ),
    Route(api.DECLINE_PAYMENT, payers.decline_payment, rules.ENDED),
    Route(api.RELEASE_PAYMENT, payers.release_payment, rules.ENDED),
    Route(api.GET_ME, payers.get_me),
    Route(api.LIST_MY_PAYMENTS, payers.list_my_payments),
    Route(api.LIST_MY_RECEIPTS, payers.list_my_receipts),
    Route(api.ISSUE_PAYMENT_CODES, payers.issue_payment_codes),
    Route(api.TOP_ME_UP, payers.top_me_up, (guests.NoPlayMoney, guests.TooManyTopUps)),
    Route(api.GIVE_ALL_BACK, payers.give_all_back, (guests.NoPlayMoney,)),
    Route(api.EXPORT_ME, personal.export_me),
    Route(
        api.ERASE_ME,
        personal.erase_me,
        (
            privacy.BalanceNotZero,
            privacy.DepositHeld,
            privacy.Unsettled,
            checkout.PayerBlocked,
        ),
    ),
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
    rule = operation.path
    for parameter in rules.path_of(route):
        rule = rule.replace(f"{{{parameter.name}}}", f"<{parameter.converter}{parameter.name}>")
    app.add_url_rule(rule, operation.name, view, methods=[operation.method])


def _view(provider: Provider, route: Route) -> Callable[..., flask.Response]:
    def view(**path: str) -> flask.Response:
        return desk.answer(provider, route, path)

    return web.reads_up_to(route.body_max_bytes)(view)
