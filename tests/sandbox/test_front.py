"""A browser at the sandbox's own address is told who answers there and where the pages are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.store import MEMORY, open_store
from ledger.testing.accounts import platform_secrets


@pytest.fixture
def app(tmp_path: Path) -> Iterator[flask.Flask]:
    settings = Settings(
        tmp_path,
        background=False,
        sandbox=True,
        demo_notify_url="http://127.0.0.1:8501/notify",
        wallet_url="http://127.0.0.1:8502",
    )
    made = create_app(settings, store=open_store(MEMORY), vendor_keys=platform_secrets())
    yield made
    ledger_of(made).close()


@pytest.mark.parametrize(
    ("language", "says"), [("en", "payment provider"), ("de", "Zahlungsdienst"), ("zh", "支付服务")]
)
def test_a_browser_is_led_to_till_and_wallet_in_its_language(
    app: flask.Flask, language: str, says: str
) -> None:
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    shown = app.test_client().get("/", headers=headers)
    assert shown.status_code == 200
    assert says in shown.text
    for page in ("8501/kiosk", "8501/cashier", "8502", "/v1/docs"):
        assert f'{page}"' in shown.text


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_a_program_is_told_that_there_is_nothing(app: flask.Flask, accept: str) -> None:
    told = app.test_client().get("/", headers={"Accept": accept} if accept else {})
    assert told.json is not None
    assert (told.status_code, told.json["code"]) == (404, "ROUTE_NOT_FOUND")
