"""How commands steer the sandbox that ``qrpay up`` keeps running: its control API, by its token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from ledger.cli import NotRunning
from ledger.cli.home import Home
from ledger.config import SANDBOX_TOKEN_FILE
from ledger.kit.transport import HttpTransport

PREFIX = "/_sandbox/v1"
PATIENCE_S = 90.0

Told = dict[str, Any]
"""A JSON object as the control API tells it."""


class ControlApi:
    """The control API of a ledger at an address."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._transport = HttpTransport(answer_timeout_s=PATIENCE_S)

    def get(self, path: str, **query: object) -> Told:
        """Ask; what is empty in the query is left out."""
        asked = {name: value for name, value in query.items() if value not in ("", 0, None)}
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def post(self, path: str, **body: object) -> Told:
        """Have something done."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Told:
        """Take something away."""
        return self._ask("DELETE", path)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Told:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        answer = self._transport.request(method, f"{self.url}{PREFIX}/{path}", headers, raw)
        told: Told = json.loads(answer.body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            found = told.get("detail", "")
            raise click.ClickException(f"{told.get('code', answer.status)}: {found}")
        return told


class Sandbox(ControlApi):
    """The control API of the ledger that runs on a data folder."""

    def __init__(self, data: Path) -> None:
        home = Home(data)
        urls = [service.url for service in home.running() if service.name == "ledger"]
        if not urls:
            raise NotRunning("not running: ledger. Start the services with `qrpay up`.")
        token = home.folder / "ledger" / SANDBOX_TOKEN_FILE
        if not token.exists():
            raise NotRunning("this ledger is no sandbox: end it and start it with `qrpay up`.")
        super().__init__(urls[0], token.read_text("ascii").strip())


def tell(told: Mapping[str, object], sentence: str, *, as_json: bool) -> None:
    """Print one object, or a sentence instead."""
    click.echo(json.dumps(told) if as_json else sentence)
