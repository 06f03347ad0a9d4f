"""Addresses are spelled as Flask spells them, and what spells them is made only then."""

from __future__ import annotations

import flask
import pytest
from werkzeug.routing import Rule

from ledger.kit import web


def small_app() -> flask.Flask:
    app = flask.Flask("small", static_folder=None)
    web.install(app, "small")

    @app.get("/v1/payments/<payment_id>/parts/<int:number>")
    def show_part(payment_id: str, number: int) -> str:
        return f"{payment_id} {number}"

    return app


def test_an_address_is_found_and_spelled() -> None:
    app = small_app()
    assert app.test_client().get("/v1/payments/p%20q/parts/7").text == "p q 7"
    with app.test_request_context():
        spelled = flask.url_for("show_part", payment_id="p q", number=7, page=2)
    assert spelled == "/v1/payments/p%20q/parts/7?page=2"


def test_an_app_is_built_without_compiling_what_nobody_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("compiled before anybody asked")

    monkeypatch.setattr(Rule, "_compile_builder", refuse)
    assert small_app().test_client().get("/health").status_code == 200
