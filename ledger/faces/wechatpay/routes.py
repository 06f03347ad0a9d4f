"""The table of addresses: at home for a merchant and a service provider, and overseas.

The three speak of the same orders; their paths differ, and a few of their bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask

from ledger.faces.wechatpay.calls import desk
from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.calls.desk import Route
from ledger.faces.wechatpay.handlers import (
    bills,
    orders,
    page_orders,
    payment_codes,
    queries,
    refunds,
    settlements,
    statements,
    trust,
)
from ledger.faces.wechatpay.mapping import HOME, OVERSEAS
from ledger.kit import web
from ledger.kit.web import Answer

_BY_OUT_NO = "out-trade-no/<out_trade_no>"
_BY_ID = "id/<transaction_id>"


def _at_home(base: str) -> Iterator[Route]:
    for name, kind in orders.KINDS.items():
        yield Route("POST", f"{base}/{name}", orders.create(kind))
    yield Route(
        "POST", f"{base}/codepay", payment_codes.pay, after_refusal=payment_codes.count_miss
    )
    yield Route("GET", f"{base}/{_BY_OUT_NO}", queries.query(HOME))
    yield Route("GET", f"{base}/{_BY_ID}", queries.query(HOME))
    yield Route("POST", f"{base}/{_BY_OUT_NO}/close", queries.close)
    yield Route("POST", f"{base}/{_BY_OUT_NO}/reverse", payment_codes.reverse)


def _overseas() -> Iterator[Route]:
    base = "/v3/global/transactions"
    for name, kind in orders.OVERSEAS_KINDS.items():
        yield Route("POST", f"{base}/{name}", orders.create(kind))
    for paid in ("/v3/global/micropay/transactions/pay", f"{base}/micropay"):
        yield Route(
            "POST", paid, payment_codes.pay_overseas, after_refusal=payment_codes.count_miss
        )
    for number in (_BY_OUT_NO, _BY_ID):
        yield Route("GET", f"{base}/{number}", queries.query(OVERSEAS))
        undone = f"/v3/global/micropay/transactions/{number}/reverse"
        yield Route("POST", undone, payment_codes.reverse_overseas)
    yield Route("POST", f"{base}/{_BY_OUT_NO}/close", queries.close)
    for asked in ("/v3/global/refunds", "/v3/global/refund/domestic/refunds"):
        yield Route("POST", asked, refunds.create_overseas)
    yield Route("GET", "/v3/global/refunds", refunds.list_overseas)
    for number in ("out-refund-no/<out_refund_no>", "id/<refund_id>"):
        yield Route("GET", f"/v3/global/refunds/{number}", refunds.query_overseas)
    yield Route("GET", settlements.PATH, settlements.listed)
    yield Route("GET", "/v3/global/certificates", trust.certificates)


_REFUNDS = "/v3/refund/domestic/refunds"

ROUTES: tuple[Route, ...] = (
    *_at_home("/v3/pay/transactions"),
    *_at_home("/v3/pay/partner/transactions"),
    Route("POST", _REFUNDS, refunds.create),
    Route("GET", f"{_REFUNDS}/<out_refund_no>", refunds.query),
    Route("POST", f"{_REFUNDS}/<refund_id>/apply-abnormal-refund", refunds.apply_abnormal),
    Route("GET", "/v3/certificates", trust.certificates),
    Route("POST", "/v3/security/echo", trust.echo),
    Route("GET", "/v3/bill/tradebill", bills.trade_bill),
    Route("GET", "/v3/bill/fundflowbill", bills.fund_flow_bill),
    *_overseas(),
)
"""Every address of this face but those that files come from."""


def install(app: flask.Flask, face: Face, routes: tuple[Route, ...] = ROUTES) -> None:
    """Let ``app`` serve all of it."""
    for route in routes:
        _add(app, route, _view(face, route))
    app.add_url_rule(bills.DOWNLOAD, "wechatpay download", bills.download(face), methods=["GET"])
    app.add_url_rule(
        statements.PATH, "wechatpay statement", statements.statement(face), methods=["GET"]
    )
    app.add_url_rule(
        page_orders.PATH, "wechatpay page order", page_orders.look(face), methods=["POST"]
    )


def _add(app: flask.Flask, route: Route, view: Callable[..., Answer]) -> None:
    web.hot(app, route.path, view, methods=[route.method])


def _view(face: Face, route: Route) -> Callable[..., Answer]:
    return lambda **path: desk.answer(face, route, path)
