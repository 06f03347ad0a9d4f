"""The machine: Python, optional parts, fonts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.cli.doctor.finding import Finding, Level, Surroundings, ok
from ledger.kit.terminal import installing

PYTHON_MIN: Final = (3, 11)
EXTRAS: Final = {
    # extra: (a module of it, what is missed without it)
    "fast": ("nacl", "Signing and checking take twice the time."),
    "lan": ("zeroconf", "Phones find this machine by its address only, not as qrpay.local."),
    "postgres": ("psycopg", "The books can only be kept in a file."),
    "print": ("escpos", "Receipts can't be sent to a printer."),
}


def python(around: Surroundings) -> Iterator[Finding]:
    """Look at the version of Python."""
    told = ".".join(map(str, around.python))
    if around.python < PYTHON_MIN:
        yield Finding(
            "python",
            Level.PROBLEM,
            f"Python {told}",
            "qrpay needs 3.11 or newer.",
            "Make the environment again with a newer Python.",
        )
    else:
        yield ok("python", f"Python {told}, qrpay {around.version}")


def extras(around: Surroundings) -> Iterator[Finding]:
    """Look which optional parts are there."""
    for extra, (module, missed) in EXTRAS.items():
        if around.has(module):
            yield ok("extras", f"qrpay[{extra}] is installed")
        else:
            yield Finding(
                "extras",
                Level.HINT,
                f"qrpay[{extra}] is not installed",
                missed,
                installing(extra),
            )


def fonts(around: Surroundings) -> Iterator[Finding]:
    """Look whether a screen of this machine can show any Chinese."""
    found = around.run(("fc-list", ":lang=zh-cn", "family"))
    if found is None:
        yield Finding(
            "fonts",
            Level.HINT,
            "fontconfig is not installed, so nobody knows which fonts there are",
            "Our pages and papers bring their own; names that somebody types may show boxes.",
            "Only for a kiosk's own screen: apt-get install fontconfig fonts-noto-cjk",
        )
    elif not found.strip():
        yield Finding(
            "fonts",
            Level.HINT,
            "no font of this machine has Chinese characters",
            "Our pages and papers bring their own; names that somebody types may show boxes.",
            "Only for a kiosk's own screen: apt-get install fonts-noto-cjk",
        )
    else:
        yield ok("fonts", f"{len(found.splitlines())} fonts have Chinese characters")


def browser(around: Surroundings) -> Iterator[Finding]:
    """Say that no browser is needed here."""
    del around
    yield ok("browser", "any browser will do, also on another device; only tests need chromium")
