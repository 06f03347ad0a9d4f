"""Start till, wallet and provider as processes of their own, wait until they answer, stop them.

The command starts programs, it does not import them: each party is ``python -m PARTY serve`` with
its settings in the environment, exactly as an operator would run it on a machine of its own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ledger import config
from ledger.cli import NotRunning, TimedOut
from ledger.kit.home import STOP_WITHIN_S, Home, RunningService, start_mark
from ledger.kit.network.ports import free_port, require_free
from ledger.kit.transport import HttpTransport
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError

HOST = "127.0.0.1"
READY_WITHIN_S = 90.0
"""One that ends is noticed at once; this is for a slow machine."""

START_ORDER = (("ledger",), ("pos", "wallet"))
"""Till and wallet enrol with the provider when they start, so it comes first."""

_OWN_MODULES_ONLY = {"PYTHONSAFEPATH": "1"}
"""``python -m pos`` would else run a folder ``pos`` of the directory one happens to stand in."""

_POLL_S = 0.05
_LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class Ports:
    """Where the three services listen; 0 asks for any free port."""

    ledger: int = 8400
    pos: int = 8401
    wallet: int = 8402

    def resolved(self) -> Ports:
        """Replace each 0 by a port that is free now."""
        return Ports(
            ledger=self.ledger or free_port(),
            pos=self.pos or free_port(),
            wallet=self.wallet or free_port(),
        )


@dataclass(frozen=True)
class Lines:
    """Where a party finds another, if it is not where that one listens: wires that are tapped."""

    pos_to_ledger: str = ""
    wallet_to_ledger: str = ""
    ledger_to_pos: str = ""


DIRECT = Lines()


def start(
    home: Home,
    ports: Ports,
    store: str = "",
    *,
    lines: Lines = DIRECT,
    more: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> list[RunningService]:
    """Start the provider, then till and wallet, and wait until each says that it is healthy.

    ``store`` is the URL of the database that keeps the books, empty for a file; ``more`` are
    further settings of each party.

    If one does not come up, the others are stopped again and the end of its log is shown. Raises
    ``PortTaken`` before anything is started.
    """
    ports = ports.resolved()
    for port in (ports.ledger, ports.pos, ports.wallet):
        require_free(HOST, port)
    urls = {
        "ledger": f"http://{HOST}:{ports.ledger}",
        "pos": f"http://{HOST}:{ports.pos}",
        "wallet": f"http://{HOST}:{ports.wallet}",
    }
    started: list[_Launched] = []
    try:
        settings = _settings(home, ports, urls, lines)
        settings["ledger"]["QRPAY_LEDGER_STORE"] = store
        for together in START_ORDER:
            for each in together:
                home.part(each)
            started.extend(
                _launch(home, each, urls[each], {**settings[each], **more.get(each, {})})
                for each in together
            )
            for launched in started:
                _wait_until_healthy(launched)
    except BaseException:
        stop([each.service for each in started])
        raise
    return [each.service for each in started]


def _settings(
    home: Home, ports: Ports, urls: Mapping[str, str], lines: Lines
) -> dict[str, dict[str, str]]:
    shared = {"QRPAY_HOME": str(home.folder), "QRPAY_CLOCK": str(home.clock)}
    return {
        "ledger": shared
        | {
            "QRPAY_LEDGER_PORT": str(ports.ledger),
            "QRPAY_LEDGER_DEMO_NOTIFY_URL": f"{lines.ledger_to_pos or urls['pos']}/notify",
            "QRPAY_LEDGER_WALLET_URL": urls["wallet"],
        },
        "pos": shared
        | {
            "QRPAY_POS_PORT": str(ports.pos),
            "QRPAY_POS_LEDGER_URL": lines.pos_to_ledger or urls["ledger"],
            "QRPAY_POS_WALLET_URL": urls["wallet"],
            "QRPAY_POS_RECEIPT_URL": urls["pos"],
            "QRPAY_POS_SANDBOX_WALLET": urls["wallet"],
        },
        "wallet": shared
        | {
            "QRPAY_WALLET_PORT": str(ports.wallet),
            "QRPAY_WALLET_LEDGER_URL": lines.wallet_to_ledger or urls["ledger"],
            "QRPAY_WALLET_SANDBOX": "1",
        },
    }


def start_another(home: Home, party: str, port: int, settings: Mapping[str, str]) -> RunningService:
    """Start one more service of a party on a home of its own, and wait until it is healthy."""
    home.part(party)
    shared = {"QRPAY_HOME": str(home.folder), f"QRPAY_{party.upper()}_PORT": str(port)}
    return _up(_launch(home, party, f"http://{HOST}:{port}", {**shared, **settings}))


def start_door(
    home: Home, name: str, url: str, settings: Mapping[str, str], authority: Path | None
) -> RunningService:
    """Start a door of the services (``ledger.cli.lan``), and wait until it is healthy."""
    believed = str(authority) if authority else ""
    program = ("ledger", "door")
    return _up(_launch(home, name, url, settings, program=program, authority=believed))


def _up(launched: _Launched) -> RunningService:
    try:
        _wait_until_healthy(launched)
    except BaseException:
        stop([launched.service])
        raise
    return launched.service


@dataclass(frozen=True)
class _Launched:
    """A service that is starting, and from which byte on its log tells of this start."""

    service: RunningService
    log: Path
    begins_at: int


def _launch(
    home: Home,
    party: str,
    url: str,
    settings: Mapping[str, str],
    *,
    program: Sequence[str] = (),
    authority: str = "",
) -> _Launched:
    said = log_of(home, party)
    with said.open("ab") as log:
        begins_at = log.tell()
        process = subprocess.Popen(  # noqa: S603 (our own interpreter and module names)
            [sys.executable, "-m", *(program or (party, "serve"))],
            env=config.environment_with({**settings, **_OWN_MODULES_ONLY}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    service = RunningService(party, url, process.pid, start_mark(process.pid), authority)
    return _Launched(service, said, begins_at)


def log_of(home: Home, party: str) -> Path:
    """Name the file that holds what a service said."""
    return home.part("logs") / f"{party}.log"


def _wait_until_healthy(launched: _Launched) -> None:
    deadline, service, log = time.monotonic() + READY_WITHIN_S, launched.service, launched.log
    while not is_healthy(service):
        if not service.is_alive():
            last = _last_said(launched)
            raise NotRunning(f"{service.name} ended while starting; {log} ends with:\n{last}")
        if time.monotonic() > deadline:
            raise TimedOut(f"{service.name} did not answer in {READY_WITHIN_S:.0f} s; see {log}")
        time.sleep(_POLL_S)


def is_healthy(service: RunningService) -> bool:
    """Ask a service whether it is ready to work; another one at its address does not count."""
    try:
        believed = Path(service.authority) if service.authority else None
        transport = HttpTransport(authority=believed)
        answer = transport.request("GET", f"{service.url}/health", {}, b"")
        return bool(strict_json.load_object(answer.body).get("service") == service.name)
    except QrpayError:
        return False


def _last_said(launched: _Launched) -> str:
    with launched.log.open("rb") as log:
        log.seek(launched.begins_at)
        said = log.read().decode(errors="replace")
    lines = said.splitlines()[-_LOG_LINES_SHOWN:]
    return "\n".join(f"  {line}" for line in lines)


def stop(services: list[RunningService]) -> None:
    """End services in the reverse order of their start: politely, then not."""
    for service in reversed(services):
        service.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_S
    while any(service.is_alive() for service in services) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    for service in services:
        service.signal(signal.SIGKILL)


@contextmanager
def running(
    home: Home, ports: Ports, store: str = "", *, lines: Lines = DIRECT
) -> Iterator[dict[str, str]]:
    """Keep the three services up for the time of a block; gives the URL of each party."""
    services = start(home, ports, store, lines=lines)
    try:
        yield {service.name: service.url for service in services}
    finally:
        stop(services)
