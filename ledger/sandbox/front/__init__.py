"""What a browser sees at the sandbox's own address: who answers there, and where the pages are.

A program that asks there is told that there is no such address, as at any provider.
"""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import urlsplit

import flask

from ledger.kit import pages
from ledger.protocol.errors.content import RouteNotFound

HTML: Final = "text/html"
_PARTY: Final = "front"
_PACKAGE: Final = "ledger.sandbox.front"


@cache
def _site() -> pages.Site:
    """Make the site, once for all ledgers of a process: its files are read for it."""
    return pages.Site(_PARTY, _PACKAGE, default=pages.Language.EN)


def install(app: flask.Flask, *, till_told_at: str, wallet_url: str) -> None:
    """Add the page; ``till_told_at`` is an address of the till, empty if there is none."""
    site, till = _site(), urlsplit(till_told_at)
    site.install(app)
    links = {
        "front.kiosk": f"{till.scheme}://{till.netloc}/kiosk" if till.netloc else "",
        "front.cashier": f"{till.scheme}://{till.netloc}/cashier" if till.netloc else "",
        "front.wallet": wallet_url,
        "front.docs": "/v1/docs",
    }

    def front() -> flask.Response:
        accepted = flask.request.accept_mimetypes
        if accepted.best_match(["application/json", HTML]) != HTML:
            raise RouteNotFound
        return site.show("front.html", links={key: url for key, url in links.items() if url})

    app.add_url_rule("/", "front", front, methods=["GET"])
