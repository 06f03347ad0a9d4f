"""A sale's paper at the till's API, and as a phone fetches it.

    GET /api/sales/{id}/paper.txt ?lang=      as text           .png     as a picture
    GET /api/sales/{id}/paper.escpos ?lang=   for a printer     .json    the phone's address
    GET /api/sales/{id}/paper.svg ?lang=      the code by which a phone comes to that address
    GET /receipt/{token}, {token}.png ?lang=  for phones, by the address in the paper's code

Receipts are opened anew each time: what is shown was checked, however long it was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import flask

from ledger.kit import pages, qr
from ledger.protocol.errors.content import RouteNotFound
from ledger.protocol.messages import open_receipt
from pos.counter import collecting, late
from pos.counter.desk import Desk
from pos.goods.catalogue import Language
from pos.paper import content, links, picture, plain, roll
from pos.paper.content import Line
from pos.till import Sale
from pos.web import bodies
from pos.web.answers import json_answer

ESCPOS: Final = "application/vnd.escpos"


@dataclass(frozen=True)
class Papers:
    """What papers are made with: ``base`` is where phones reach the till, ``printer`` a profile."""

    desk: Desk
    base: str
    printer: str

    def lines(self, sale: Sale, language: Language) -> list[Line]:
        """Give what stands on a sale's paper."""
        desk = self.desk
        opened = [
            open_receipt(each, desk.provider_keys()) for each in collecting.receipts_of(desk, sale)
        ]
        return content.of_sale(
            sale, opened, desk.identity, language, late=late.payments_of(desk, sale)
        )

    def address(self, sale: Sale) -> str:
        """Give the address by which a phone fetches a sale's paper."""
        return links.address(self.base, sale)

    def text(self, sale: Sale, language: Language) -> flask.Response:
        """Answer with the paper as text."""
        return flask.Response(plain.text(self.lines(sale, language)), mimetype="text/plain")

    def png(self, sale: Sale, language: Language) -> flask.Response:
        """Answer with the paper as a picture."""
        drawn = self._drawn(sale, language, picture.WIDTH)
        return flask.Response(picture.png(drawn), mimetype="image/png")

    def escpos(self, sale: Sale, language: Language) -> flask.Response:
        """Answer with the bytes for the printer; raises ``ExtraMissing``."""
        drawn = self._drawn(sale, language, roll.width_of(self.printer))
        return flask.Response(roll.commands(drawn, self.printer), mimetype=ESCPOS)

    def json(self, sale: Sale, language: Language) -> flask.Response:
        """Answer with where it is to be found by a phone."""
        return json_answer({"url": f"{self.address(sale)}?lang={language}"})

    def svg(self, sale: Sale, language: Language) -> flask.Response:
        """Answer with the code by which a phone fetches it, as a drawing."""
        code = qr.encode(f"{self.address(sale)}?lang={language}", qr.Level.M)
        return flask.Response(qr.svg(code), mimetype="image/svg+xml")

    def _drawn(self, sale: Sale, language: Language, width: int) -> picture.Paper:
        return picture.draw(
            self.lines(sale, language),
            code=self.address(sale),
            under=content.under_code(language),
            width=width,
        )


def add(app: flask.Flask, site: pages.Site, papers: Papers) -> None:
    """Add the addresses; a phone's page is one of ``site``."""
    find = papers.desk.store.sales.get
    forms: Mapping[str, Callable[[Sale, Language], flask.Response]] = {
        "txt": papers.text,
        "png": papers.png,
        "escpos": papers.escpos,
        "json": papers.json,
        "svg": papers.svg,
    }

    @app.get("/api/sales/<sale_id>/paper.<form>")
    def show_paper(sale_id: str, form: str) -> flask.Response:
        language = bodies.language(flask.request.args.get("lang"))
        if form not in forms:
            raise RouteNotFound(f"a paper is shown as {', '.join(forms)}")
        return forms[form](find(sale_id), language)

    @app.get("/receipt/<token>")
    def give_page(token: str) -> flask.Response:
        sale = links.sale_of(token, find)
        language = Language(site.language.short)
        return site.show(
            "receipt.html",
            lines=papers.lines(sale, language),
            picture=f"{links.PATH}{token}.png?lang={language}",
        )

    @app.get("/receipt/<token>.png")
    def give_picture(token: str) -> flask.Response:
        language = bodies.language(flask.request.args.get("lang"))
        return papers.png(links.sale_of(token, find), language)
