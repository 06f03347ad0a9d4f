"""The wallet's page: one, for whoever opens it, and for whoever opens a till's link.

    GET /          the wallet
    GET /p         the same; behind ``#`` stands what the till shows, which no server gets to see
    GET /worker.js what keeps the page for a time without a network
    GET /page      the same, which may show shops' pages in a frame: the one behind ``#``
    GET /bridge.js what such a page loads to ask to be paid

What comes after is up to the page's modules (``static/js/wallet.js``) and the API (``session``).
"""

from __future__ import annotations

import flask

from ledger.kit import pages

PARTY = "wallet"


def site() -> pages.Site:
    """Make the wallet's site; who speaks none of our languages is addressed in English."""
    return pages.Site(PARTY, "wallet.web", default=pages.Language.EN)


def add(app: flask.Flask, wallet: pages.Site, shop_pages: tuple[str, ...]) -> None:
    """Add the page and the files it needs; ``shop_pages`` are where shops' pages may come from."""
    wallet.install(app)

    @app.get("/")
    @app.get("/p")
    def show_wallet() -> flask.Response:
        return wallet.show("wallet.html")

    @app.get("/page")
    def show_shops_page() -> flask.Response:
        response = wallet.show("wallet.html")
        frames = " ".join(shop_pages) or "'none'"
        response.headers["Content-Security-Policy"] = f"{pages.POLICY}; frame-src {frames}"
        return response

    # A worker sees to addresses below its own, so it can't stand among the other files.
    @app.get("/worker.js")
    def give_worker() -> flask.Response:
        return _unversioned(wallet, "wallet/js/worker.js")

    @app.get("/bridge.js")
    def give_bridge() -> flask.Response:
        return _unversioned(wallet, "wallet/js/bridge.js")


def _unversioned(wallet: pages.Site, path: str) -> flask.Response:
    """Answer with a file at an address that never changes."""
    response = wallet.assets.answer(wallet.assets.version, path)
    response.headers["Cache-Control"] = "no-cache"
    return response
