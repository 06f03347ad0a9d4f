"""The table of addresses, and the aliases under which the vendor's sandbox has them.

An SDK that is told to use the sandbox puts ``sandboxnew/`` or ``xdc/apiv2sandbox/`` in front of
every path, and asks for the sandbox's key first.
"""

from __future__ import annotations

from collections.abc import Iterator

import flask

from ledger.core.records.vendors import VendorFace
from ledger.faces import Provider, ServedFace
from ledger.faces.wechatpay_v2 import fields
from ledger.faces.wechatpay_v2.announcer import WechatPayV2Announcer
from ledger.faces.wechatpay_v2.calls.desk import Desk, Route, refuse
from ledger.faces.wechatpay_v2.handlers import (
    bills,
    exchange,
    orders,
    payment_codes,
    refunds,
    sandbox,
)

ROUTES: tuple[Route, ...] = (
    Route("/pay/unifiedorder", fields.UNIFIED_ORDER, orders.unified_order, changes=True),
    Route("/pay/orderquery", fields.ORDER, orders.query),
    Route("/pay/closeorder", fields.CLOSE, orders.close, changes=True),
    Route(
        "/pay/micropay",
        fields.MICROPAY,
        payment_codes.micropay,
        changes=True,
        after_refusal=payment_codes.count_miss,
    ),
    Route("/secapi/pay/reverse", fields.ORDER, payment_codes.reverse, changes=True),
    Route("/secapi/pay/refund", fields.REFUND, refunds.refund, changes=True),
    Route("/pay/refundquery", fields.REFUND_QUERY, refunds.query),
    Route("/pay/downloadbill", fields.TRADE_BILL, bills.trade_bill, fails_with=bills.failure),
    Route(
        "/pay/downloadfundflow",
        fields.FUND_FLOW_BILL,
        bills.fund_flow_bill,
        fails_with=bills.failure,
    ),
    Route("/pay/queryexchagerate", fields.EXCHANGE_RATE, exchange.rate),
    Route(
        "/tools/authcodetoopenid",
        fields.AUTH_CODE,
        payment_codes.openid,
        changes=True,
        after_refusal=payment_codes.count_miss,
    ),
)
"""Every operation, at its address in production."""

SANDBOXES = ("/sandboxnew", "/xdc/apiv2sandbox")
PREFIXES = ("/pay/", "/secapi/", "/tools/", "/xdc/")
SIGN_KEYS = ("/sandboxnew/pay/getsignkey", "/xdc/apiv2getsignkey/sign/getsignkey")


def desks(provider: Provider) -> Iterator[tuple[str, Desk]]:
    """List every address with who answers there."""
    for route in ROUTES:
        yield route.path, Desk(provider, route)
        for sandboxed in SANDBOXES:
            yield sandboxed + route.path, Desk(provider, route, in_sandbox=True)
    for path in SIGN_KEYS:
        yield path, Desk(provider, Route(path, fields.SIGN_KEY, sandbox.sign_key))


def install(app: flask.Flask, provider: Provider) -> None:
    """Let ``app`` serve all of it."""
    for path, desk in desks(provider):
        app.add_url_rule(
            path, endpoint=f"wechatpay_v2 {path}", view_func=desk.answer, methods=["GET", "POST"]
        )


def served(provider: Provider) -> ServedFace:
    """Make this face of what the provider has; its hosts are those of API v3."""
    return ServedFace(
        install=lambda app: install(app, provider),
        prefixes=(*PREFIXES, *(f"{sandboxed}/" for sandboxed in SANDBOXES)),
        refuse=refuse,
        announcers={VendorFace.WECHATPAY_V2: WechatPayV2Announcer(provider.entropy)},
    )
