"""The services: are they up, do they answer, do they agree on version and time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from ledger.cli.doctor.finding import Finding, Level, Surroundings, ok
from ledger.cli.services import log_of
from ledger.kit.clock import clock_at
from ledger.kit.home import RunningService
from ledger.kit.network.ports import require_free
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import PortTaken
from ledger.protocol.instants import SECOND, Instant, from_text, to_text

PARTIES: Final = ("ledger", "pos", "wallet")
HOST: Final = "127.0.0.1"
CLOCKS_DIFFER_MAX_MS: Final = 5 * SECOND
"""Less than what asking takes would be no finding; requests are refused from 300 s on."""


def ports(around: Surroundings) -> Iterator[Finding]:
    """Look whether the ports are free, as long as nothing of ours runs."""
    if around.services():
        return
    for port in around.ports:
        try:
            require_free(HOST, port)
        except PortTaken:
            yield Finding(
                "ports",
                Level.PROBLEM,
                f"port {port} is taken by another program",
                "`qrpay up` would not start.",
                f"End it (ss -ltnp 'sport = :{port}' names it), or choose others: "
                "qrpay up --ledger-port 0 --pos-port 0 --wallet-port 0",
            )
        else:
            yield ok("ports", f"port {port} is free")


def services(around: Surroundings) -> Iterator[Finding]:
    """Look whether what was started is alive and answers."""
    alive = around.services()
    if not alive:
        if (around.home.folder / "running.json").exists():
            yield Finding(
                "services",
                Level.PROBLEM,
                "the services that were started have ended",
                "They were killed, or the machine was restarted.",
                "Start them again with `qrpay up`; what they said is in "
                f"{around.home.folder / 'logs'}",
            )
        else:
            yield ok("services", "nothing is running; `qrpay up` starts the services")
        return
    for party in PARTIES:
        if party not in {each.name for each in alive}:
            yield _ended(around, party)
    for service in alive:
        yield _answering(around, service)


def _ended(around: Surroundings, party: str) -> Finding:
    return Finding(
        "services",
        Level.PROBLEM,
        f"{party} has ended, others still run",
        "Nothing can be paid without all three.",
        f"qrpay down, then qrpay up; the reason is in {log_of(around.home, party)}",
    )


def _answering(around: Surroundings, service: RunningService) -> Finding:
    with suppress(QrpayError):
        told = _health(around, service)
        if told.get("service") == service.name:
            return ok("services", f"{service.name} answers at {service.url}")
    return Finding(
        "services",
        Level.PROBLEM,
        f"{service.name} runs and does not answer at {service.url}",
        "It hangs, is overloaded, or somebody else answers there.",
        f"Look into {log_of(around.home, service.name)}; qrpay down, then qrpay up",
    )


def versions(around: Surroundings) -> Iterator[Finding]:
    """Look whether the services are of the version that is installed."""
    for service in _parties(around):
        with suppress(QrpayError):
            told = str(_health(around, service).get("version"))
            if told != around.version:
                yield Finding(
                    "versions",
                    Level.PROBLEM,
                    f"{service.name} runs version {told}, installed is {around.version}",
                    "It was started before the last installation.",
                    "qrpay down, then qrpay up",
                )


def clocks(around: Surroundings) -> Iterator[Finding]:
    """Look whether all parties go by the same time."""
    ahead = clock_at(around.home.clock).now() - clock_at(None).now()
    expected = Instant(around.clock.now() + ahead)
    if ahead >= SECOND:
        yield Finding(
            "clocks",
            Level.HINT,
            f"the sandbox is {ahead // SECOND} s ahead of the machine's clock",
            "Somebody let time pass with `qrpay clock`; certificates go by the machine's clock.",
            "To go back, stop the services and begin a new data folder.",
        )
    for service in _parties(around):
        with suppress(QrpayError):
            told = from_text(str(_health(around, service).get("clock")))
            if abs(told - expected) > CLOCKS_DIFFER_MAX_MS:
                yield Finding(
                    "clocks",
                    Level.PROBLEM,
                    f"{service.name} says {to_text(told)}, this machine {to_text(expected)}",
                    "Parties refuse each other's signatures when clocks differ by 300 s; codes "
                    "and certificates expire too early or too late.",
                    "Let the machine ask a time server (timedatectl set-ntp true), then restart.",
                )
            else:
                yield ok("clocks", f"{service.name} goes by the same time")


def _parties(around: Surroundings) -> list[RunningService]:
    return [each for each in around.services() if each.name in PARTIES]


def _health(around: Surroundings, service: RunningService) -> dict[str, object]:
    return strict_json.load_object(around.get(service, "/health").body)
