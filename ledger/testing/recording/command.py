"""``qrpay scenario record`` and ``check``: a session as a file, played again to the same bytes."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from ledger.cli import Exit
from ledger.cli.redirection.command import run_at
from ledger.kit.clock import pause
from ledger.kit.terminal import PORT, FileToWrite, json_option, tell
from ledger.kit.transport import HttpTransport
from ledger.kit.web import request_log
from ledger.protocol.errors.sandbox import TapeUnreadable
from ledger.sandbox.control.guard import PREFIX
from ledger.scenarios.control_api import PATIENCE_S, ControlApi
from ledger.scenarios.playing import play_all
from ledger.testing.accounts import platform_secrets
from ledger.testing.recording import tape as tapes
from ledger.testing.recording.recorder import Recording, recording
from ledger.testing.recording.replay import replay
from ledger.testing.recording.tape import Call, Told
from ledger.testing.scenarios.command import show

LEDGER_URL: Final = "QRPAY_SANDBOX_URL"
TOKEN: Final = "QRPAY_SANDBOX_TOKEN"  # noqa: S105 (the variable's name)
_LOOK_EVERY_S: Final = 0.5


def _not_over_another(_ctx: click.Context, _param: click.Parameter, file: Path) -> Path:
    """Let a session take the place of an earlier one, and of nothing else."""
    if file.exists() and file.stat().st_size > 0:
        try:
            tapes.read(file)
        except TapeUnreadable as error:
            raise click.BadParameter(f"what is there would be lost: {error.detail}") from error
    return file


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("file", type=FileToWrite(), callback=_not_over_another)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--play", "names", multiple=True, metavar="NAME", help="Play this story; again.")
@click.option("--seed", default="1", show_default=True, help="Of everything random.")
@click.option("--begins", default="", help="Where the clock stands; else it goes with the machine.")
@click.option("--port", type=PORT, default=0, help="Of the provider.")
@json_option
def record(
    file: Path,
    *,
    command: tuple[str, ...],
    names: tuple[str, ...],
    seed: str,
    begins: str,
    port: int,
    as_json: bool,
) -> None:
    """Write down a session in FILE: stories, a program (after --), or what comes until Ctrl-C.

    It is a sandbox of its own, in memory. A program finds it by QRPAY_SANDBOX_URL and
    QRPAY_SANDBOX_TOKEN, and what it says to the vendors' own addresses arrives there as well.
    """
    _say_nothing()
    with TemporaryDirectory(prefix="qrpay-record-") as name:
        folder = Path(name)
        ended = 0
        with recording(folder, seed=seed, begins=begins, port=port) as session:
            try:
                if names:
                    transport = HttpTransport(answer_timeout_s=PATIENCE_S)
                    sandbox = ControlApi(session.url, session.token, transport)
                    show(play_all(sandbox, platform_secrets(), names), as_json=as_json)
                if command:
                    ended = _run(command, session, folder)
                if not (names or command):
                    _wait(session, as_json=as_json)
            finally:
                session.finish()
                session.tape().write(file)
    events = session.tape().events
    told = {"file": str(file), "seed": seed, **_counted(events)}
    tell(told, f"{file}: {told['calls']} calls, {told['posts']} notifications.", as_json=as_json)
    if ended:
        raise click.exceptions.Exit(Exit.FAILED)


@click.command("check")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Play the session in FILE again, at a fresh sandbox with its seed and its times.

    Exit code 1 where a byte differs: the first one is told, with its request.
    """
    _say_nothing()
    tape = tapes.read(file)
    with TemporaryDirectory(prefix="qrpay-check-") as folder:
        replay(tape, Path(folder))
    told = {"file": str(file), "same": True, **_counted(tape.events)}
    sentence = f"The same bytes: {told['calls']} answers, {told['posts']} notifications."
    tell(told, sentence, as_json=as_json)


def _say_nothing() -> None:
    """Keep what is played on purpose out of the terminal."""
    request_log.LOGGER.setLevel(logging.CRITICAL + 1)


def _run(command: tuple[str, ...], session: Recording, folder: Path) -> int:
    more = {LEDGER_URL: session.url, TOKEN: session.token}
    return run_at(command, port=session.port, folder=folder, more=more)


def _wait(session: Recording, *, as_json: bool) -> None:
    steered = {"url": f"{session.url}{PREFIX}", "token": session.token}
    if as_json:
        click.echo(json.dumps({"ledger": {"url": session.url}, "sandbox": steered}))
    else:
        click.echo(f"provider  {session.url}\nsteered   {steered['url']} by {session.token}")
        click.echo("Recording; stop with Ctrl-C.", err=True)
    with suppress(KeyboardInterrupt):
        while True:
            pause(_LOOK_EVERY_S)


def _counted(events: list[tapes.Event]) -> dict[str, int]:
    return {
        "calls": sum(isinstance(event, Call) for event in events),
        "posts": sum(isinstance(event, Told) for event in events),
    }
