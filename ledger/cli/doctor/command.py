"""``qrpay doctor``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click
import msgspec

from ledger.cli import Exit
from ledger.cli.doctor import machine, network, place, running
from ledger.cli.doctor.finding import Check, Finding, Level, Surroundings
from ledger.cli.lan.network import DoorPorts
from ledger.cli.services import Ports
from ledger.cli.up import data_option
from ledger.kit.clock import SystemClock
from ledger.kit.home import Home, RunningService
from ledger.kit.network.interfaces import lan_interfaces
from ledger.kit.terminal import json_option
from ledger.kit.transport import HttpTransport, Response
from ledger.ops.lan import announcer

WITHIN_S: Final = 8.0
"""No check may take longer; the longest asks six services, who each have a second to answer."""

_PROGRAM_WITHIN_S: Final = 3.0
_NAME_WITHIN_S: Final = 2.0
_SIGNS: Final = {Level.OK: "  ok  ", Level.HINT: " hint ", Level.PROBLEM: "PROBLEM"}

CHECKS: Final[Sequence[Check]] = (
    *(machine.python, place.folder, place.room, place.secrets),
    *(running.ports, running.services, running.versions, running.clocks),
    *(network.address, network.name, network.certificate, network.isolation),
    *(machine.extras, machine.fonts, machine.browser),
)


@click.command()
@data_option
@json_option
def doctor(data: Path, *, as_json: bool) -> None:
    """Look for what usually goes wrong, and say what to do about it.

    It changes nothing, needs no network and takes seconds, whatever hangs. It ends with 1 if
    something will not work.
    """
    findings = examined(surroundings(Home(data)))
    ill = any(each.level is Level.PROBLEM for each in findings)
    if as_json:
        click.echo(json.dumps({"well": not ill, "findings": msgspec.to_builtins(findings)}))
    else:
        _tell(findings)
    if ill:
        raise click.exceptions.Exit(Exit.FAILED)


def examined(around: Surroundings, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Do all checks; one that hangs or fails is a finding itself."""
    return [finding for check in checks for finding in _bounded(check, around)]


def _bounded(check: Check, around: Surroundings) -> list[Finding]:
    found: list[Finding] = []
    named = check.__name__

    def look() -> None:
        try:
            found.extend(check(around))
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are still done)
            found.append(_failed(named, f"the check itself failed: {error!r}"))

    # A thread that hangs is left behind; the program ends without waiting for it.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(WITHIN_S)
    if looking.is_alive():
        return [*found, _failed(named, f"no result within {WITHIN_S:.0f} s")]
    return found


def _failed(check: str, what: str) -> Finding:
    return Finding(
        check, Level.PROBLEM, what, "Nobody knows how it is.", "Look at it by hand, or report it."
    )


def surroundings(home: Home) -> Surroundings:
    """Give this machine's."""
    doors = DoorPorts()
    return Surroundings(
        home=home,
        clock=SystemClock(),
        ports=(Ports.ledger, Ports.pos, Ports.wallet, doors.guest, doors.till, doors.wallet),
        interfaces=lan_interfaces,
        has=lambda module: find_spec(module) is not None,
        run=_printed,
        get=_asker(),
        locate=lambda name, address: announcer.locate(name, address, _NAME_WITHIN_S),
        python=sys.version_info[:2],
        version=version("qrpay"),
    )


def _printed(words: Sequence[str]) -> str | None:
    program = shutil.which(words[0])
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 (a program of the system, no words of anybody)
            [program, *words[1:]],
            capture_output=True,
            text=True,
            timeout=_PROGRAM_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout


def _asker() -> Callable[[RunningService, str], Response]:
    def ask(service: RunningService, path: str) -> Response:
        believed = Path(service.authority) if service.authority else None
        transport = HttpTransport(connect_timeout_s=1.0, answer_timeout_s=1.0, authority=believed)
        return transport.request("GET", service.url + path, {}, b"")

    return ask


def _tell(findings: Sequence[Finding]) -> None:
    for line in _lines(findings):
        click.echo(line)
    problems = sum(each.level is Level.PROBLEM for each in findings)
    hints = sum(each.level is Level.HINT for each in findings)
    click.echo(f"\n{_counted(problems, 'problem')}, {_counted(hints, 'hint')}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield f"[{_SIGNS[each.level]:^7}] {each.check}: {each.what}"
        for text in filter(None, (each.why, each.todo and f"-> {each.todo}")):
            yield f"          {text}"
