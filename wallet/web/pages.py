"""The wallet's page: one, for whoever opens it, and for whoever opens a till's link.

    GET /          the wallet
    GET /p         the same; behind ``#`` stands what the till shows, which no server gets to see
    GET /worker.js what keeps the page for a time without a network

What comes after is up to the page's modules (``static/js/wallet.js``) and the API (``session``).
"""

from __future__ import annotations

import flask

from ledger.kit import pages

PARTY = "wallet"


def site() -> pages.Site:
    """Make the wallet's site; who speaks none of our languages is addressed in English."""
    return pages.Site(PARTY, "wallet.web", default=pages.Language.EN)


def add(app: flask.Flask, wallet: pages.Site) -> None:
    """Add the page and the files it needs."""
    wallet.install(app)

    @app.get("/")
    @app.get("/p")
    def show_wallet() -> flask.Response:
        return wallet.show("wallet.html")

    # A worker sees to addresses below its own, so it can't stand among the other files.
    @app.get("/worker.js")
    def give_worker() -> flask.Response:
        response = wallet.assets.answer(wallet.assets.version, "wallet/js/worker.js")
        response.headers["Cache-Control"] = "no-cache"
        return response
