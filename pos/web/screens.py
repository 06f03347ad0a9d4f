"""The till's pages for people, and the state that they follow.

    GET /          where the screens are          GET /kiosk     for shoppers, on a touch screen
    GET /cashier   for the shop's staff           GET /display   the second screen, for the payer
    GET /api/live  sales as they change: a snapshot, then a stream (``ledger.kit.pages.live``)

The pages hold no rule: they show what the API says and call what it offers. The live state has one
entry ``till`` (how many alarms, and whether the provider is ``cut_off``) and one for each of the
latest sales, ``sale:<id>``, as ``GET /api/sales/{id}`` would give it; only ``now`` is left empty
there, since a frame carries the time itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flask
import msgspec
from msgspec.structs import replace

from ledger.kit import pages
from ledger.protocol.instants import to_text
from pos.counter.desk import Desk
from pos.counter.news.listener import Listener
from pos.web.answers import sale_view

SALES_FOLLOWED: Final = 30
PAGES: Final = ("kiosk", "cashier", "display")


def site() -> pages.Site:
    """Make the till's pages; their words, templates and files stand beside this module."""
    return pages.Site("pos", "pos.web", default=pages.Language.DE)


def feed(desk: Desk, listener: Listener) -> pages.Feed:
    """Make the state that screens follow, told of each change in the store and of the line."""
    made = pages.Feed(
        lambda: _state(desk, is_cut_off=listener.is_cut_off),
        clock=desk.clock,
        epoch=to_text(desk.clock.now()),
    )
    desk.store.on_change = listener.on_line = made.wake
    return made


def add(
    app: flask.Flask,
    desk: Desk,
    shown: pages.Site,
    followed: pages.Feed,
    *,
    is_sandbox: bool = False,
) -> None:
    """Add the pages to the till's app; in a sandbox they have its card (``stand.sandbox``)."""
    shown.install(app)
    app.add_url_rule("/api/live", "live", followed.answer)
    app.add_url_rule("/", "start", _page(desk, shown, "start", is_sandbox=is_sandbox))
    for name in PAGES:
        app.add_url_rule(f"/{name}", name, _page(desk, shown, name, is_sandbox=is_sandbox))


def _page(
    desk: Desk, shown: pages.Site, name: str, *, is_sandbox: bool
) -> Callable[[], flask.Response]:
    def show() -> flask.Response:
        return shown.show(
            f"{name}.html",
            shop=desk.identity.merchant,
            terminal=desk.identity.terminal,
            sandbox="yes" if is_sandbox else "no",
        )

    return show


def _state(desk: Desk, *, is_cut_off: bool) -> dict[str, bytes]:
    store = desk.store
    with store.snapshot():
        alarms = len(store.evidence.alarms())
        sales = [sale_view(desk, sale) for sale in store.sales.latest(SALES_FOLLOWED)]
    return {"till": msgspec.json.encode({"alarms": alarms, "cut_off": is_cut_off})} | {
        f"sale:{each.sale_id}": msgspec.json.encode(replace(each, now="")) for each in sales
    }
