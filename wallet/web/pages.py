"""The wallet's page: one, for whoever opens it, and for whoever opens a till's link.

    GET /          the wallet
    GET /p         the same; behind ``#`` stands what the till shows, which no server gets to see

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
