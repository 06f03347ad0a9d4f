"""The command ``qrpay``: one door to the three parties from a terminal.

The command knows no party. Each party announces its commands as entry points of the group
``qrpay.commands``; a dotted name (``qr.make``) puts a command into a sub-group, so that till and
wallet can both add to ``qrpay qr`` without knowing of each other. A command's module is imported
when the command is asked for.

Exit codes, for scripts: 0 done, 1 refused or failed, 2 the command line was wrong, 3 the services
are not running, 4 no answer in time.
"""

from __future__ import annotations

import signal
from enum import IntEnum
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from ledger.protocol.errors import QrpayError

COMMANDS = "qrpay.commands"

GROUPS = {
    "fault": "What shall go wrong in a sandbox.",
    "events": "What merchants were told, and telling them again.",
    "scenario": "Stories of a checkout: played, recorded, played again to the same bytes.",
    "logs": "What the provider is asked.",
    "snapshot": "How till, wallet and provider stood, to be put back.",
    "qr": "Make, show, read, verify and explain codes; works without the services.",
    "pos": "Deposits, refunds, the end of a day; at a running till.",
    "ledger": "Look into the provider's books.",
    "merchant": "Shops, as vendors know them.",
    "keys": "The keys that the provider signs with, and giving it a newer one.",
    "notifications": "What merchants are told, and what they answered.",
    "wallet": "A payer's phone: scan a code, show one; have all of one's data, or have it erased.",
    "privacy": "Prove who learns what.",
    "cluster": "Keep the books on three servers, so that one may die.",
    "bench": "Measure what this machine can do.",
}

READING_ORDER = (
    *(
        "demo",
        "up",
        "pay",
        "run",
        "gateway",
        "status",
        "doctor",
        "down",
        "clock",
        "fault",
        "events",
        "listen",
    ),
    *(
        "logs",
        "trigger",
        "export",
        "scenario",
        "snapshot",
        "reset",
        "checklist",
        "conformance",
        "pos",
        "qr",
    ),
    *("wallet", "ledger", "privacy", "cluster", "bench"),
)

_SHOWN = 40


class Exit(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3
    TIMED_OUT = 4


class Refusal(click.ClickException):
    """A broken rule as a terminal shows it: the rule's name, its sentence, what was found."""

    exit_code = Exit.FAILED

    def __init__(self, error: QrpayError) -> None:
        found = "" if error.detail in ("", error.title()) else f"\n  found: {error.detail}"
        super().__init__(f"{error.code}: {error.title()}{found}")


class NotRunning(click.ClickException):
    """The services are needed and do not answer."""

    exit_code = Exit.NOT_RUNNING


class TimedOut(click.ClickException):
    """An answer was waited for and did not come."""

    exit_code = Exit.TIMED_OUT


class AnnouncedGroup(click.Group):
    """A group whose commands are the entry points below one dotted prefix."""

    def __init__(self, name: str, prefix: str, **settings: Any) -> None:  # noqa: ANN401 (click's)
        super().__init__(name, **settings)
        self._prefix = prefix

    @cached_property
    def _announced(self) -> dict[str, EntryPoint]:
        found = entry_points(group=COMMANDS)
        return {e.name[len(self._prefix) :]: e for e in found if e.name.startswith(self._prefix)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order a newcomer meets them, then by the alphabet."""
        del ctx
        names = {name.partition(".")[0] for name in self._announced}
        known = [name for name in READING_ORDER if name in names]
        return known + sorted(names - set(known))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, or make the sub-group of that name."""
        if cmd_name in self._announced:
            command = self._announced[cmd_name].load()
            if not isinstance(command, click.Command):
                raise click.UsageError(f"{cmd_name} is announced but is not a command", ctx)
            return command
        if any(name.startswith(f"{cmd_name}.") for name in self._announced):
            prefix = f"{self._prefix}{cmd_name}."
            return AnnouncedGroup(cmd_name, prefix, help=GROUPS.get(cmd_name))
        return None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        """Run the command; what it met ends it with a sentence instead of a traceback."""
        try:
            return super().invoke(ctx)
        except QrpayError as error:
            raise Refusal(error) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
        except UnicodeEncodeError as error:
            found = f"{error.object[:_SHOWN]!r}: no {error.encoding} for it, {error.reason}"
            raise click.ClickException(found) from error


main = AnnouncedGroup(
    "qrpay",
    "",
    help="""Mobile QR checkout as Alipay and WeChat Pay do it, on your own machine.

    A till shows a signed code, a wallet reads and approves it, a provider books it and tells the
    till. Begin with `qrpay demo`, which plays a whole checkout and stops; `qrpay up` keeps the
    three services running, and `qrpay pay 12.95` then pays at them.
    """,
)
"""All commands."""

click.version_option(package_name="qrpay")(main)


def program() -> None:
    """Run the console script ``qrpay``: told to end, it ends what it has started.

    SIGTERM is taken as Ctrl-C is, also where a script's background job was started deaf to that: a
    command cleans up behind itself on its way out.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    main()
