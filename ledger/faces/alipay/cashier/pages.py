"""What the cashier shows at which address; ``<token>`` is the end of the order's code.

    GET  /alipay/cashier/<token>            the page: code, amount, payee, how it stands
    GET  /alipay/cashier/<token>/code.svg   the code for a wallet to scan
    GET  /alipay/cashier/<token>/state      how it stands, for the page's script
    GET  /alipay/cashier/<token>/return     back to the shop, once it is paid
    POST /alipay/cashier/<token>/act        pay or decline as a demo payer (the demo world alone)

Whoever has the code may look: the page says no more than a wallet that scans it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import flask
from werkzeug.wrappers import Response

from ledger.core.checkout import progress
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.records.vendors import VendorFace
from ledger.core.vendors.orders import Opened
from ledger.faces import Provider
from ledger.faces.alipay import numbers
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.calls import refusals
from ledger.faces.alipay.calls.refusals import Refusal
from ledger.faces.alipay.cashier import returns
from ledger.faces.alipay.cashier.hand import Hand
from ledger.faces.alipay.cashier.stands import Stand, stand
from ledger.kit import pages, qr
from ledger.kit.pages import Language
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.guests import CrossSite

PREFIX: Final = "/alipay/cashier/"
RETURNS_AFTER_S: Final = 3
_PARTY: Final = "cashier"
_PACKAGE: Final = "ledger.faces.alipay.cashier"
_BY_PAGE: Final = {"page": "alipay.trade.page.pay", "wap": "alipay.trade.wap.pay"}


@cache
def _site() -> pages.Site:
    """Make the cashier's site, once for all ledgers of a process: its files are read for it."""
    return pages.Site(_PARTY, _PACKAGE, default=pages.Language.ZH)


class Cashier:
    """The cashier's pages of one ledger."""

    def __init__(self, provider: Provider, platform: Callable[[], Platform]) -> None:
        self._provider = provider
        self._platform = platform
        self._site = _site()

    def install(self, app: flask.Flask) -> None:
        """Add the addresses, and the files that pages need."""
        self._site.install(app)
        for ending, view in {
            "": self._show,
            "/code.svg": self._code,
            "/state": self._state,
            "/return": self._return,
        }.items():
            address = f"{PREFIX}<token>{ending}"
            app.add_url_rule(address, f"alipay.cashier{ending}", view, methods=["GET"])
        if self._provider.sandbox_payers:
            address = f"{PREFIX}<token>/act"
            app.add_url_rule(address, "alipay.cashier/act", self._act, methods=["POST"])

    def lead_to(self, code: str) -> Response:
        """Send a browser to the page of an order."""
        return flask.redirect(f"{PREFIX}{code.removeprefix(numbers.CODES_BEGIN_WITH)}")

    def refused(self, refusal: Refusal, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
        """Tell somebody before a browser that there is nothing to pay, and the shop why."""
        flask.g.code = refusal.sub_code
        shown = self._site.show("refused.html", status, refusal=refusal)
        shown.headers["trace_id"] = flask.g.request_id
        return shown

    def refuse(self, error: QrpayError) -> Response:
        """Tell what went wrong at the cashier's own addresses."""
        if isinstance(error, CallerError):
            return self.refused(refusals.of(error), HTTPStatus(error.status))
        return self.refused(refusals.gateway("aop.unknow-error"), HTTPStatus(error.status))

    def _show(self, token: str) -> Response:
        now = self._provider.clock.now()
        with self._provider.store.reading() as books:
            opened = _opened(books, token)
            merchant = require_merchant(books, opened.payment.merchant_id)
        facts, wallet = opened.order.facts, self._provider.wallet_url.rstrip("/")
        stands = stand(opened.payment, now)
        return self._site.show(
            "cashier.html",
            here=f"{PREFIX}{token}",
            payee=_payee(merchant, self._site.language),
            payment=opened.payment,
            number=opened.order.out_no,
            subject=facts.get("subject", ""),
            quit_url=facts.get("quit_url", ""),
            stand=stands.value,
            leads_back=stands is Stand.PAID and bool(facts.get("return_url")),
            after_s=RETURNS_AFTER_S,
            wallet_link=f"{wallet}/p#{opened.order.code}" if wallet else "",
            payers=list(self._provider.sandbox_payers),
        )

    def _code(self, token: str) -> Response:
        with self._provider.store.reading() as books:
            code = _opened(books, token).order.code
        return flask.Response(qr.svg(qr.encode(code, qr.Level.M)), mimetype="image/svg+xml")

    def _state(self, token: str) -> Response:
        with self._provider.store.reading() as books:
            payment = _opened(books, token).payment
        return flask.jsonify(stand=stand(payment, self._provider.clock.now()).value)

    def _return(self, token: str) -> Response:
        now = self._provider.clock.now()
        with self._provider.store.reading() as books:
            opened = _opened(books, token)
        base = opened.order.facts.get("return_url", "")
        if stand(opened.payment, now) is not Stand.PAID or not base:
            return flask.redirect(f"{PREFIX}{quote(token)}")
        method = _BY_PAGE.get(opened.order.facts.get("by", ""), _BY_PAGE["page"])
        said = returns.signed(opened, self._platform(), method, now)
        return flask.redirect(returns.address(base, said))

    def _act(self, token: str) -> Response:
        _require_own_page()
        sent, now = flask.request.form, self._provider.clock.now()
        with self._provider.store.transaction() as books:
            opened = _opened(books, token)
            hand = Hand(self._provider, books, sent.get("payer", ""), now)
            match sent.get("decision"):
                case "pay":
                    hand.pay(opened)
                case "decline":
                    hand.decline(opened)
                case _:
                    raise FieldFormat("decision is pay or decline")
        return flask.redirect(f"{PREFIX}{quote(token)}", HTTPStatus.SEE_OTHER)


def _opened(books: Books, token: str) -> Opened:
    order = books.vendor_orders.by_code(numbers.trade_code(token))
    if order is None or order.face is not VendorFace.ALIPAY:
        raise OrderNotFound("no order of ours has this code")
    return Opened(order, progress.require_payment(books, order.payment_id))


def _payee(merchant: Merchant, language: Language) -> str:
    names = merchant.names
    spelled = {Language.DE: names.de, Language.EN: names.en, Language.ZH: names.zh}
    return spelled[language] or merchant.name


def _require_own_page() -> None:
    request = flask.request
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site != "same-origin" or origin not in (None, request.host_url.rstrip("/")):
        raise CrossSite(origin or site)
