"""Orders that a browser or an app brings: page.pay, wap.pay, app.pay.

The shop's server signs the call and hands it to the payer's browser (``pageExecute``) or app
(``sdkExecute``), which brings it here. As with a shown code there is no trade before a wallet opens
it; the same call again, a page loaded anew, is the same order. Orders of this kind live fifteen
days unless told otherwise.

What passes between Alipay's own SDK on a phone and its app is not published. Here our wallet posts
the order string to the gateway as it is; the answer has the order's code, and once it is paid the
signed result that an app hands to its server.
"""

from __future__ import annotations

from ledger.core.vendors import orders
from ledger.core.vendors.orders import Opened, Wanted
from ledger.faces.alipay import numbers
from ledger.faces.alipay.calls.call import Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods import opening
from ledger.protocol.alipay_wire.spelling import to_beijing, web_address
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import DAY
from ledger.protocol.messages import Presented
from ledger.protocol.money import to_decimal
from ledger.protocol.records import replace

LIFE_MS = 15 * DAY
_URL_LENGTH = 400


def page_pay(call: Call) -> Outcome:
    """Open the order of a page on a computer; its code is where the cashier begins."""
    return _code(opening.shown(call, _wanted(call, "page")))


def wap_pay(call: Call) -> Outcome:
    """Open the order of a page on a phone, which may name where to go instead (``quit_url``)."""
    wanted = _wanted(call, "wap")
    quit_url = call.content.text("quit_url", _URL_LENGTH)
    return _code(opening.shown(call, _with_address(wanted, "quit_url", quit_url)))


def app_pay(call: Call) -> Outcome:
    """Open the order of an app; when it is paid, give the result that the app is told."""
    wanted = _wanted(call, "app")
    opened = orders.find(call.books, account=call.account, out_no=wanted.out_no)
    if opened is not None and opened.payment.paid_at is not None:
        opening.require_same_terms(opened, wanted)
        return _result(call, opened)
    return _code(opening.shown(call, wanted))


def _wanted(call: Call, by: str) -> Wanted:
    wanted = opening.wanted(call, by=by, presented=Presented.MERCHANT, life_ms=LIFE_MS)
    return _with_address(wanted, "return_url", call.sent.return_url)


def _with_address(wanted: Wanted, name: str, url: str) -> Wanted:
    if not url:
        return wanted
    try:
        return replace(wanted, facts={**wanted.facts, name: web_address(url)})
    except FieldFormat as error:
        raise business("INVALID_PARAMETER", f"{name}: {error.detail}") from error


def _code(opened: Opened) -> Outcome:
    return Outcome({"out_trade_no": opened.order.out_no, "qr_code": opened.order.code})


def _result(call: Call, opened: Opened) -> Outcome:
    return Outcome(
        {
            "app_id": opened.order.account_id,
            "auth_app_id": opened.order.account_id,
            "charset": "utf-8",
            "out_trade_no": opened.order.out_no,
            "seller_id": numbers.seller_id(opened.payment.merchant_id),
            "timestamp": to_beijing(call.now),
            "total_amount": to_decimal(opened.payment.amount),
            "trade_no": opened.order.vendor_no,
        }
    )
