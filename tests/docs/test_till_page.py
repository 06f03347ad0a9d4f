"""The page about the till says what the till does: its states, tables, addresses and settings."""

from __future__ import annotations

import dataclasses
import re

import flask

from ledger.kit import web
from ledger.kit.clock import SettableClock
from pos.collect import COLLECTION, PAUSES, Event, Mode, Phase
from pos.config import PREFIX, Settings
from pos.goods import catalogue
from pos.till import SALE, SALE_STATES
from pos.web import day_routes, incoming, routes, screens, selling
from tests.pos.shop import START, new_desk, new_provider
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "till.md").read_text("utf-8")
NAMES_OF_SETTINGS = {
    "listening": "QRPAY_POS_TLS_CERT",
    "data_dir": "QRPAY_POS_DATA",
    "clock": "QRPAY_CLOCK",
}


ALSO_EVENTS = {"PAID", "HELD"}
"""States of a sale that are events of a collection too, and have two rows."""


def table_rows(first_column: set[str]) -> dict[str, list[str]]:
    """Give the cells of all rows of the page's tables that begin with one of these words."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, flags=re.MULTILINE)
    return {name: rest.split(" | ") for name, rest in rows if name in first_column}


def test_the_states_of_a_sale_are_drawn_from_its_table() -> None:
    (drawn,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", PAGE, flags=re.DOTALL)
    arrows = [f"[*] --> {SALE.initial}"]
    for state, row in SALE.table.items():
        arrows += [f"{state} --> {following}: {event}" for event, following in row.items()]
    assert [line.strip() for line in drawn.splitlines()] == arrows


def test_every_state_of_a_sale_is_explained() -> None:
    expected = {str(state): [meaning] for state, meaning in SALE_STATES.items()}
    found = table_rows({str(state) for state in SALE_STATES} - ALSO_EVENTS)
    assert found == {state: row for state, row in expected.items() if state not in ALSO_EVENTS}
    for state in ALSO_EVENTS:
        assert f"| `{state}` | {expected[state][0]} |" in PAGE


MODES = (Mode.READ, Mode.SHOW, Mode.SELF_CONTAINED)


def test_the_table_of_collecting_is_the_one_that_decides() -> None:
    phases = [phase for phase in Phase if COLLECTION[Mode.READ].table[phase]]
    head = " | ".join(f"`{phase}`" for phase in phases)
    assert f"| event | {head} |" in PAGE
    for event in Event:
        cells = []
        for phase in phases:
            read, show, alone = (COLLECTION[mode].table[phase][event] for mode in MODES)
            showing = "" if read is show else f" ({show} when showing)"
            by_itself = "" if read is alone else f" ({alone} when self-contained)"
            cells.append(f"{read}{showing}{by_itself}")
        assert f"| `{event}` | {' | '.join(cells)} |" in PAGE


def test_every_address_is_described() -> None:
    desk = new_desk(new_provider(SettableClock(START)))
    app = flask.Flask("till", static_folder=None)
    web.install(app, "till")
    app.register_blueprint(routes.api(desk, catalogue.load()))
    app.register_blueprint(day_routes.days(desk))
    app.register_blueprint(incoming.calls(screens.site()))
    incoming.add_notify(app, desk)
    selling.add(app, desk, catalogue.load())
    for rule in app.url_map.iter_rules():
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path = re.sub(r"<(sale|sticker)_id>", "{id}", rule.rule).replace("<form>", "png")
        path = path.replace("<day>", "{day}").removesuffix(".txt")
        assert f"`{method} {path}" in PAGE, rule
    desk.store.close()


def test_every_setting_is_described_with_its_default() -> None:
    for field in dataclasses.fields(Settings):
        name = NAMES_OF_SETTINGS.get(field.name, PREFIX + field.name.upper())
        assert f"`{name}`" in PAGE, name
        if isinstance(field.default, str | int) and not isinstance(field.default, bool):
            assert f"`{field.default}`" in PAGE or not field.default, name


def test_the_pauses_are_those_of_the_schedule() -> None:
    seconds = [pause // 1000 for pause in PAUSES[Phase.UNKNOWN]]
    assert seconds == [1, 2, 3, 3, 5]
    assert "after 1, 2, 3, 3 and then every 5 seconds" in PAGE
    waiting = [pause // 1000 for pause in PAUSES[Phase.WAITING]]
    assert waiting == [3] * 20 + [5]
    assert "every 3 seconds for a minute, then every 5" in PAGE
