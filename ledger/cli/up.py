"""``qrpay up``, ``down`` and ``status``: the three services on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from ledger import config
from ledger.cli import Exit, NotRunning, acquiring
from ledger.cli.books_place import choose, close_place, forget_if_unused, open_place, store_option
from ledger.cli.lan import told
from ledger.cli.lan.network import Network, open_doors
from ledger.cli.lan.options import LanWish, lan_options, opened
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.services import Ports, is_healthy, log_of, start, stop
from ledger.kit.home import Home, RunningService
from ledger.kit.terminal import PORT, json_option, tell
from ledger.protocol.errors.sandbox import SnapshotsNeedAFile

_WATCH_EVERY_S = 0.5

_PAGES = {
    "pos": {"kiosk": "/kiosk", "cashier": "/cashier", "display": "/display", "set up": "/setup"},
    "wallet": {"phone": "/"},
    "ledger": {"API": "/v1/docs"},
}
"""What people open in a browser, by the party that serves it."""

Command = TypeVar("Command", bound=Callable[..., object])


def data_option(command: Command) -> Command:
    """Add the option that says where the services keep their files."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=config.home,
        help="Where the services keep their files.  [default: QRPAY_HOME or ~/.local/share/qrpay]",
    )(command)


def running_urls(data: Path) -> dict[str, str]:
    """Find where the services answer; raises ``NotRunning`` when `qrpay up` is not up."""
    urls = {service.name: service.url for service in Home(data).running()}
    if len(urls) < 3:  # noqa: PLR2004 (the three parties)
        missing = ", ".join(name for name in ("ledger", "pos", "wallet") if name not in urls)
        raise NotRunning(f"not running: {missing}. Start the services with `qrpay up`.")
    return urls


@click.command()
@click.option(
    "--ledger-port", type=PORT, default=Ports.ledger, show_default=True, help="0: any free port."
)
@click.option(
    "--pos-port", type=PORT, default=Ports.pos, show_default=True, help="0: any free port."
)
@click.option(
    "--wallet-port", type=PORT, default=Ports.wallet, show_default=True, help="0: any free port."
)
@click.option(
    "--acquirer",
    type=click.Choice([acquiring.NATIVE, *acquiring.ACCOUNTS]),
    default=acquiring.NATIVE,
    show_default=True,
    help="In whose protocol the till collects its money.",
)
@click.option("--detach", is_flag=True, help="Leave them running and return.")
@lan_options
@data_option
@json_option
@store_option
def up(
    ledger_port: int,
    pos_port: int,
    wallet_port: int,
    data: Path,
    store: str,
    *,
    acquirer: str,
    detach: bool,
    as_json: bool,
    **lan: Any,  # noqa: ANN401 (what ``lan_options`` added)
) -> None:
    """Start till, wallet and provider and keep them running until Ctrl-C.

    The till sells the goods of a demo drugstore and shows codes. The wallet holds the play money
    of five demo payers. The provider keeps the books and tells the till.

    They answer on this machine only, unless --lan opens the wallet to the phones of a network.
    """
    home = Home(data)
    if home.running():
        raise click.ClickException("already running: see `qrpay status`, end with `qrpay down`.")
    network = opened(home, LanWish(**lan))
    is_first = home.is_new
    place = open_place(home, choose(home, store))
    more = acquiring.settings(home, acquirer)
    try:
        services = _start(home, Ports(ledger_port, pos_port, wallet_port), place, network, more)
    except BaseException:
        close_place(home)
        forget_if_unused(home)
        raise
    try:
        home.record(services)
        if network is None and is_first:
            _begin(data)
        _tell(home, services, network, as_json=as_json)
    except BaseException:
        _end(home, services)
        raise
    if not detach:
        _keep(home, services)


def _start(
    home: Home, ports: Ports, place: str, network: Network | None, more: acquiring.Settings
) -> list[RunningService]:
    if network is None:
        # Who opens the services to a network does not let them be steered by a token.
        steered = {**more.get("ledger", {}), "QRPAY_LEDGER_SANDBOX": "1"}
        return start(home, ports, place, more={**more, "ledger": steered})
    of_network = network.settings()
    together = {party: {**more.get(party, {}), **of_network[party]} for party in of_network}
    services = start(home, ports, place, more=together)
    try:
        return services + open_doors(home, network, {each.name: each.url for each in services})
    except BaseException:
        stop(services)
        raise


def _begin(data: Path) -> None:
    """Let a reset of the books while they run go back to now: till and wallet are known, no more.

    Books in a database have no such moment.
    """
    with suppress(SnapshotsNeedAFile):
        Sandbox(data).post("beginning")


def _keep(home: Home, services: list[RunningService]) -> None:
    """Wait for Ctrl-C, for `qrpay down`, or for a service that ends by itself."""
    try:
        click.echo("Stop with Ctrl-C.", err=True)
        while all(service.is_alive() for service in services):
            time.sleep(_WATCH_EVERY_S)
    except KeyboardInterrupt:
        click.echo("Stopping.", err=True)
        _end(home, services)
        return
    except BaseException:
        _end(home, services)
        raise
    if home.recorded() != services:
        click.echo("Stopped by `qrpay down`.", err=True)
        return
    ended = [service.name for service in services if not service.is_alive()]
    _end(home, services)
    logs = ", ".join(str(log_of(home, name)) for name in ended)
    raise click.ClickException(f"{', '.join(ended)} ended unexpectedly; see {logs}")


def _end(home: Home, services: list[RunningService]) -> None:
    home.forget()  # first, so that a foreground `qrpay up` knows that they were told to end
    try:
        stop(services)
    except BaseException:
        home.record(services)
        raise
    close_place(home)


@click.command()
@data_option
@json_option
def down(data: Path, *, as_json: bool) -> None:
    """Stop the services that `qrpay up` keeps running, here or in another terminal."""
    home = Home(data)
    services = home.running()
    if not services:
        close_place(home)  # a database may outlive the services that it was started for
        raise NotRunning("nothing is running. `qrpay up` starts the services.")
    _end(home, services)
    names = [service.name for service in services]
    tell({"stopped": names}, f"Stopped {', '.join(names)}.", as_json=as_json)


@click.command()
@data_option
@json_option
def status(data: Path, *, as_json: bool) -> None:
    """Say which services run and where."""
    home = Home(data)
    services = home.running()
    _tell(home, services, as_json=as_json)
    if not services:
        raise click.exceptions.Exit(Exit.NOT_RUNNING)


def _steered(home: Home, services: list[RunningService]) -> dict[str, object]:
    """Tell programs where the sandbox is steered, and by which token."""
    token = home.folder / "ledger" / config.SANDBOX_TOKEN_FILE
    urls = [service.url for service in services if service.name == "ledger"]
    if not urls or not token.exists():
        return {}
    return {"sandbox": {"url": f"{urls[0]}/_sandbox/v1", "token": token.read_text("ascii")}}


def _tell(
    home: Home,
    services: list[RunningService],
    network: Network | None = None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        found = {
            service.name: {
                "url": service.url,
                "pid": service.pid,
                "healthy": is_healthy(service),
            }
            for service in services
        }
        of_lan = {"lan": told.as_json(network)} if network else {}
        whole = {"running": bool(services), "data": str(home.folder), **of_lan, **found}
        click.echo(json.dumps(whole | _steered(home, services)))
        return
    if not services:
        click.echo("Nothing is running. Start the services with `qrpay up`.")
    longest = max((len(service.name) for service in services), default=0)
    for service in services:
        health = "ready" if is_healthy(service) else "does not answer"
        click.echo(f"{service.name:<{longest}}  {service.url:<24} {health}, process {service.pid}")
    for service in services:
        for page, path in _PAGES.get(service.name, {}).items():
            click.echo(f"  {page:<9} {service.url}{path}")
    if network:
        told.tell(network)
