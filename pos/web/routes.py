"""The addresses of the till's API; each is: parse, one call, render.

    GET  /api/catalogue?lang=            GET  /api/sales
    GET  /api/sales/{id}                 POST /api/sales/{id}/collect   POST /api/sales/{id}/abandon
    GET  /api/sales/{id}/code.png .svg .txt                             POST /api/sales/{id}/refunds
    GET  /api/sales/{id}/receipts?lang=                                POST /api/sales/{id}/decision
    GET  /api/alarms                     POST /api/sales/{id}/capture   POST /api/sales/{id}/release
    GET  /api/stickers                   GET  /api/stickers/{id}.png .svg .txt

``POST /api/sales`` stands in ``selling``, the end of a day in ``day_routes``; what the provider and
a payer's browser call stands in ``incoming``. Errors are problem documents (``ledger.kit.web``). A
POST reads JSON, if only ``{}``: so no other site's form can send one.
"""

from __future__ import annotations

import flask

from ledger.kit import web
from ledger.protocol.errors.checkout import CodeNotShown
from ledger.protocol.errors.content import RouteNotFound
from ledger.protocol.messages import open_receipt
from pos import qr_image
from pos.counter import collecting, late, refunds, review, sales, self_contained, stickers
from pos.counter.deposits import ends
from pos.counter.desk import Desk
from pos.goods.catalogue import Catalogue
from pos.paper import content, plain
from pos.web import bodies, views
from pos.web.answers import json_answer, sale_view

SALES_SHOWN = 50


def api(desk: Desk, goods: Catalogue) -> flask.Blueprint:
    """Make the API of a till and its price list."""
    blueprint = flask.Blueprint("api", __name__, url_prefix="/api")
    _add_goods(blueprint, goods)
    _add_sales(blueprint, desk)
    _add_collecting(blueprint, desk)
    _add_deposits(blueprint, desk)
    _add_afterwards(blueprint, desk)
    _add_stickers(blueprint, desk)
    return blueprint


def _add_goods(blueprint: flask.Blueprint, goods: Catalogue) -> None:
    @blueprint.get("/catalogue")
    def show_catalogue() -> flask.Response:
        language = bodies.language(flask.request.args.get("lang"))
        return json_answer({"products": [views.product(each, language) for each in goods.products]})


def _add_sales(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.get("/sales")
    def list_sales() -> flask.Response:
        latest = desk.store.sales.latest(SALES_SHOWN)
        return json_answer({"sales": [sale_view(desk, sale) for sale in latest]})

    @blueprint.get("/sales/<sale_id>")
    def show_sale(sale_id: str) -> flask.Response:
        with desk.store.snapshot():
            return json_answer(sale_view(desk, desk.store.sales.get(sale_id)))

    @blueprint.post("/sales/<sale_id>/abandon")
    def abandon_sale(sale_id: str) -> flask.Response:
        web.read_json(bodies.Empty)
        return json_answer(sale_view(desk, sales.abandon(desk, sale_id)))


def _add_collecting(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.post("/sales/<sale_id>/collect")
    def collect_sale(sale_id: str) -> flask.Response:
        wanted = web.read_json(bodies.Collect)
        if wanted.mode is bodies.CollectMode.READ:
            sale = collecting.read_code(desk, sale_id, wanted.scanned())
        elif wanted.self_contained:
            wanted.shown_profile()
            sale = self_contained.show(desk, sale_id)
        else:
            sale = collecting.show_code(desk, sale_id, wanted.shown_profile())
        return json_answer(sale_view(desk, sale))

    @blueprint.post("/sales/<sale_id>/ask")
    def ask_about_sale(sale_id: str) -> flask.Response:
        web.read_json(bodies.Empty)
        return json_answer(sale_view(desk, collecting.ask(desk, sale_id)))

    @blueprint.get("/sales/<sale_id>/code.<form>")
    def show_code(sale_id: str, form: str) -> flask.Response:
        sale = desk.store.sales.get(sale_id)
        running = collecting.running_attempt(desk, sale)
        code = running.shown_code if running else None
        if code is None:
            raise CodeNotShown(f"the sale is {sale.state}")
        return _picture(code, form)


def _add_deposits(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.post("/sales/<sale_id>/capture")
    def capture_deposit(sale_id: str) -> flask.Response:
        amount = web.read_json(bodies.Capture).amount()
        return json_answer(sale_view(desk, ends.capture(desk, sale_id, amount)))

    @blueprint.post("/sales/<sale_id>/release")
    def release_deposit(sale_id: str) -> flask.Response:
        web.read_json(bodies.Empty)
        return json_answer(sale_view(desk, ends.give_back(desk, sale_id)))


def _add_afterwards(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.post("/sales/<sale_id>/refunds")
    def refund_sale(sale_id: str) -> flask.Response:
        wanted = web.read_json(bodies.GiveBack)
        key = bodies.asked_key(flask.request.headers.get("Idempotency-Key"))
        refund = refunds.give_back(
            desk, sale_id, wanted.amount(), asked_key=key, asked_reason=wanted.asked_reason()
        )
        return json_answer(views.refund(refund), status=201)

    @blueprint.get("/sales/<sale_id>/receipts")
    def show_receipts(sale_id: str) -> flask.Response:
        language = bodies.language(flask.request.args.get("lang"))
        sale = desk.store.sales.get(sale_id)
        signed = collecting.receipts_of(desk, sale)
        # Opened anew each time: what is shown was checked, however long it was kept.
        opened = [open_receipt(each, desk.provider_keys()) for each in signed]
        return json_answer(
            views.ReceiptsView(
                receipts=[views.receipt(of, each) for of, each in zip(opened, signed, strict=True)],
                paper=plain.text(
                    content.of_sale(
                        sale, opened, desk.identity, language, late=late.payments_of(desk, sale)
                    )
                ),
                basket=sale.basket.canonical().decode(),
                basket_salt=sale.salt.hex(),
                basket_hash=sale.basket.salted_hash(sale.salt),
            )
        )

    @blueprint.post("/sales/<sale_id>/decision")
    def decide(sale_id: str) -> flask.Response:
        wanted = web.read_json(bodies.Decide)
        sale = review.decide(desk, sale_id, wanted.decision, wanted.reason)
        return json_answer(sale_view(desk, sale))

    @blueprint.get("/alarms")
    def list_alarms() -> flask.Response:
        return json_answer({"alarms": [views.alarm(each) for each in desk.store.evidence.alarms()]})


def _add_stickers(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.get("/stickers")
    def list_stickers() -> flask.Response:
        found = [
            {"sticker_id": sticker_id, "code": stickers.sticker_code(desk, sticker_id)}
            for sticker_id in desk.sticker_ids
        ]
        return json_answer({"stickers": found})

    @blueprint.get("/stickers/<sticker_id>.<form>")
    def show_sticker(sticker_id: str, form: str) -> flask.Response:
        return _picture(stickers.sticker_code(desk, sticker_id), form)


def _picture(code: str, form: str) -> flask.Response:
    if form == "png":
        return flask.Response(qr_image.png(code), mimetype="image/png")
    if form == "svg":
        return flask.Response(qr_image.svg(code), mimetype="image/svg+xml")
    if form == "txt":
        return flask.Response(qr_image.terminal(code), mimetype="text/plain")
    raise RouteNotFound("a code is shown as png, svg or txt")
