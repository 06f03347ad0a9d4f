"""The addresses of the till's API for the end of a day.

    POST /api/days/{day}/close           GET /api/days/{day}           GET /api/days/{day}.txt
    POST /api/days/{day}/reconcile

A day is written ``2026-11-21``, or ``today`` or ``yesterday`` by the till's clock and time zone.
"""

from __future__ import annotations

from datetime import date, timedelta

import flask

from ledger.kit import web
from pos.closing.business_day import day_of, parse_day
from pos.counter.day_end import close, statements
from pos.counter.desk import Desk
from pos.paper import day_paper
from pos.web import bodies, day_views
from pos.web.answers import json_answer

STATEMENT_MAX_BYTES = 8 * 1024 * 1024
"""A file of some thirty thousand lines."""


def days(desk: Desk) -> flask.Blueprint:
    """Make the addresses."""
    blueprint = flask.Blueprint("days", __name__, url_prefix="/api/days")
    _add_closing(blueprint, desk)
    _add_comparing(blueprint, desk)
    return blueprint


def _add_closing(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.post("/<day>/close")
    def close_day(day: str) -> flask.Response:
        web.read_json(bodies.Empty)
        return json_answer(close.close_day(desk, _day(desk, day)))

    @blueprint.get("/<day>")
    def show_day(day: str) -> flask.Response:
        return json_answer(close.closed_day(desk, _day(desk, day)))

    @blueprint.get("/<day>.txt")
    def print_day(day: str) -> flask.Response:
        report = close.closed_day(desk, _day(desk, day))
        language = bodies.language(flask.request.args.get("lang"))
        return flask.Response(day_paper.printed(report, language), mimetype="text/plain")


def _add_comparing(blueprint: flask.Blueprint, desk: Desk) -> None:
    @blueprint.post("/<day>/reconcile")
    @web.reads_up_to(STATEMENT_MAX_BYTES)
    def reconcile_day(day: str) -> flask.Response:
        raw = web.read_json(bodies.Compare).raw_statement()
        if raw is None:
            found = statements.reconcile_with_provider(desk, _day(desk, day))
        else:
            found = statements.reconcile_with_file(desk, _day(desk, day), raw)
        return json_answer(day_views.reconciliation(found))


def _day(desk: Desk, text: str) -> date:
    """Read a day; raises ``BillDateFormat``."""
    today = day_of(desk.clock.now(), desk.time_zone)
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    return named.get(text) or parse_day(text)
