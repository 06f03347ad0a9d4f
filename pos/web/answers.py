"""How the till's API answers: JSON of the records that ``views`` and the reports define."""

from __future__ import annotations

import flask
import msgspec

from pos.counter.desk import Desk
from pos.till import Sale
from pos.web import views


def json_answer(content: object, status: int = 200) -> flask.Response:
    """Answer with a record as JSON."""
    return flask.Response(msgspec.json.encode(content), status, mimetype="application/json")


def sale_view(desk: Desk, sale: Sale) -> views.SaleView:
    """Show a sale with all that the till remembers about it."""
    return views.sale(
        sale,
        desk.store.attempts.of_sale(sale.sale_id),
        desk.store.refunds.of_sale(sale.sale_id),
        late_payments=desk.store.late_payments.of_sale(sale.sale_id),
        decisions=desk.store.late_payments.decisions(sale.sale_id),
        now=desk.clock.now(),
    )
