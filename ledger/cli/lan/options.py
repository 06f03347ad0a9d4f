"""The options of ``qrpay up`` that open it to a local network, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TypeVar

import click

from ledger.cli.lan.network import DoorPorts, Network, prepare
from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.home import Home
from ledger.kit.network.interfaces import lan_interfaces
from ledger.kit.terminal import LAST_PORT

DEFAULT_NAME = "qrpay"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True)
class LanWish:
    """What was asked for on the command line."""

    lan: bool
    lan_address: str | None
    lan_name: str
    lan_port: int
    plain_http: bool
    till_too: bool


def lan_options(command: Command) -> Command:
    """Add the options; the command is given each as an argument of its own."""
    options = (
        click.option("--lan", is_flag=True, help="Open the wallet to phones of this network."),
        click.option(
            "--lan-address",
            metavar="ADDRESS",
            help="This machine's address there.  [default: the one that packets leave from]",
        ),
        click.option(
            "--lan-name",
            metavar="NAME",
            default=DEFAULT_NAME,
            show_default=True,
            help="It is told the network as NAME.local.",
        ),
        click.option(
            "--lan-port",
            type=click.IntRange(0, LAST_PORT - 2),
            default=DoorPorts.guest,
            show_default=True,
            help="The first of three ports; 0: any free ones.",
        ),
        click.option(
            "--plain-http",
            is_flag=True,
            help="Let in phones that don't know the local certificate, without encryption.",
        ),
        click.option(
            "--till-too", is_flag=True, help="Open the till as well, for tablets of the shop."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def opened(home: Home, wish: LanWish) -> Network | None:
    """Find the network and renew its certificate; None if it was not asked for.

    Raises ``click.UsageError`` for options that make no sense, and what ``prepare`` raises.
    """
    if not wish.lan:
        if wish.plain_http or wish.till_too or wish.lan_address:
            raise click.UsageError("--lan-address, --plain-http and --till-too need --lan")
        return None
    if not _LABEL.fullmatch(wish.lan_name):
        raise click.UsageError("--lan-name is made of a-z, 0-9 and -")
    return prepare(
        home,
        address=_address(wish.lan_address),
        name=wish.lan_name,
        ports=DoorPorts.beginning_at(wish.lan_port),
        plain_http=wish.plain_http,
        till_too=wish.till_too,
        entropy=SystemEntropy(),
        # A certificate is judged by the clocks of phones, which no sandbox moves.
        now=SystemClock().now(),
    )


def _address(asked: str | None) -> str:
    if asked is None:
        found = lan_interfaces()
        if not found:
            raise click.ClickException(
                "this machine is in no local network (10.x, 172.16-31.x, 192.168.x). "
                "Join one, or name an address with --lan-address."
            )
        return found[0].address
    try:
        return str(IPv4Address(asked))
    except ValueError as error:
        raise click.UsageError(f"--lan-address: {error}") from error
