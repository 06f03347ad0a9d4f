"""How commands steer the sandbox that ``qrpay up`` keeps running: its control API, by its token."""

from __future__ import annotations

from pathlib import Path

from ledger.cli import NotRunning
from ledger.config import SANDBOX_TOKEN_FILE
from ledger.kit.home import Home
from ledger.kit.transport import HttpTransport
from ledger.scenarios.control_api import PATIENCE_S, ControlApi, Told

__all__ = ["Sandbox", "Told"]


class Sandbox(ControlApi):
    """The control API of the ledger that runs on a data folder."""

    def __init__(self, data: Path) -> None:
        home = Home(data)
        url = home.url_of("ledger")
        if not url:
            raise NotRunning("not running: ledger. Start the services with `qrpay up`.")
        token = home.folder / "ledger" / SANDBOX_TOKEN_FILE
        if not token.exists():
            raise NotRunning("this ledger is no sandbox: end it and start it with `qrpay up`.")
        transport = HttpTransport(answer_timeout_s=PATIENCE_S)
        super().__init__(url, token.read_text("ascii").strip(), transport)
