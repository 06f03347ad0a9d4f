"""``POST /api/sales``: the one address of the till that everything waits for (``web.hot_post``).

It opens a sale. With ``collect`` it shows the code as well, and that is all there is to do until
the provider tells that it was paid: a checkout is one request to the till.
"""

from __future__ import annotations

from http import HTTPStatus

import flask
import msgspec

from ledger.kit import web
from pos.counter import sales, self_contained
from pos.counter.desk import Desk
from pos.goods.basket import Basket
from pos.goods.catalogue import Catalogue
from pos.till import Sale
from pos.web import answers, bodies, views


def add(app: flask.Flask, desk: Desk, goods: Catalogue) -> None:
    """Add the address to the till's app."""

    @web.hot_post(app, "/api/sales", status=HTTPStatus.CREATED)
    def open_sale(body: bytes) -> bytes:
        wanted = web.parse(body, bodies.OpenSale)
        basket = wanted.basket(goods)
        if wanted.asked_key:
            return msgspec.json.encode(answers.sale_view(desk, _open_once(desk, wanted, basket)))
        if wanted.is_collected_at_once:
            sale, attempt = self_contained.sell(desk, basket)
            return msgspec.json.encode(views.fresh_sale(sale, [attempt]))
        sale = sales.ring_up(desk, basket, wanted.intent)
        return msgspec.json.encode(views.fresh_sale(sale, []))


def _open_once(desk: Desk, wanted: bodies.OpenSale, basket: Basket) -> Sale:
    if wanted.is_collected_at_once:
        return self_contained.sell_once(desk, basket, wanted.asked_key)
    return sales.ring_up(desk, basket, wanted.intent, asked_key=wanted.asked_key)
