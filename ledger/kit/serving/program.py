"""``python -m PARTY serve``: a service says where it answers, and answers until told to stop."""

from __future__ import annotations

from typing import Protocol

import click

from ledger.kit.network.listening import Listening
from ledger.kit.network.ports import free_port
from ledger.kit.serving.server import named_refusals, serve


class Address(Protocol):
    """Where a service answers, as its settings say; port 0 is any free one."""

    @property
    def host(self) -> str:
        """The address it listens at."""

    @property
    def port(self) -> int:
        """The port."""

    @property
    def listening(self) -> Listening:
        """The means of https."""


def run(party: str, address: Address) -> None:
    """Serve the app that ``PARTY.app:from_environment`` builds; raises what ``serve`` refuses."""
    port = address.port or free_port()
    click.echo(f"{party}: {address.listening.scheme}://{address.host}:{port}")
    with named_refusals():
        serve(
            f"{party}.app:from_environment",
            host=address.host,
            port=port,
            listening=address.listening,
        )
