"""What a person is told when something keeps a program from the sandbox, each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Final

import click

from ledger.kit.redirection.tunnel import Tell, Trouble

_A_VENDOR: Final = "a vendor's host"
_WORDS: Final[Mapping[Trouble, str]] = {
    Trouble.NOT_BELIEVED: (
        "the program hung up on the certificate for {host}, as those do whose authorities are built"
        " in, or named elsewhere. Tell it of {certificate}, or give it the base URL {url}."
    ),
    Trouble.OTHER_HOST: "refused the way to {host}: only vendors' hosts lead here.",
}


def told_once(name: str, *, certificate: str, url: str) -> Tell:
    """Give what tells of troubles on standard error, beginning with a command's ``name``.

    ``certificate`` says where that of the authority is, ``url`` where the ledger needs none.
    """
    told: set[tuple[Trouble, str]] = set()
    lock = Lock()

    def tell(trouble: Trouble, host: str) -> None:
        with lock:
            if (trouble, host) in told:
                return
            told.add((trouble, host))
        words = _WORDS[trouble].format(host=host or _A_VENDOR, certificate=certificate, url=url)
        click.echo(f"{name}: {words}", err=True)

    return tell
