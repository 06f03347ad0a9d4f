"""``qrpay cluster up``, ``status``, ``url`` and ``down``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ledger import config
from ledger.cli import NotRunning
from ledger.cli.cluster import layout as layouts
from ledger.cli.cluster.layout import NODES, Layout
from ledger.cli.cluster.members import Member, members
from ledger.cli.cluster.servers import ETCD, Servers
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import json_option, tell


def _default_folder() -> Path:
    return config.home() / "cluster"


def folder_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add the option that says where the cluster keeps its files."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=_default_folder,
        help="Where the cluster keeps its files.  [default: 'cluster' in the data folder]",
    )(command)


@click.command()
@folder_option
@click.option(
    "--asynchronous",
    is_flag=True,
    help="Let the leader acknowledge alone. It loses payments when it dies: for comparison.",
)
@json_option
def up(data: Path, *, asynchronous: bool, as_json: bool) -> None:
    """Start three PostgreSQL servers that keep the same books, and leave them running.

    Where some run already, those that are missing are started, and catch up with the others.
    A payment is acknowledged when two of them have it on disk. Needs etcd
    (`sudo apt-get install etcd-server`) and Patroni (`pip install 'qrpay[cluster]'`).
    """
    layout = layouts.chosen(data, SystemEntropy(), quorum=not asynchronous)
    if layout.quorum is asynchronous:
        raise click.ClickException(f"the cluster in {data} was made otherwise; take another --data")
    servers = Servers(layout, lambda step: click.echo(f"  {step}", err=True))
    if len(servers.running()) == len((ETCD, *NODES)):
        raise click.ClickException("already running: see `qrpay cluster status`.")
    servers.start()
    found = _found(layout)
    tell(
        _facts(layout, found),
        *_lines(layout, found),
        f"Books: {layout.url}",
        'Next:  qrpay up --store "$(qrpay cluster url)"',
        as_json=as_json,
    )


@click.command()
@folder_option
@json_option
def status(data: Path, *, as_json: bool) -> None:
    """Say which server leads, which follow, and whether they confirm."""
    layout = _known(data)
    found = members(layout) if as_json else _found(layout)
    tell(_facts(layout, found), *_lines(layout, found), as_json=as_json)


@click.command()
@folder_option
@json_option
def url(data: Path, *, as_json: bool) -> None:
    """Print where the books are, for `qrpay up --store`."""
    place = _known(data).url
    tell({"url": place}, place, as_json=as_json)


@click.command()
@folder_option
@json_option
def down(data: Path, *, as_json: bool) -> None:
    """Stop the servers; the books stay, and `qrpay cluster up` goes on with them."""
    servers = Servers(_known(data))
    stopped = servers.running()
    if not stopped:
        raise NotRunning("the cluster does not run. `qrpay cluster up` starts it.")
    servers.stop()
    names = [service.name for service in stopped]
    tell({"stopped": names}, f"Stopped {', '.join(names)}.", as_json=as_json)


def _known(data: Path) -> Layout:
    try:
        return layouts.read(data)
    except FileNotFoundError as error:
        raise NotRunning(f"there is no cluster in {data}. `qrpay cluster up` makes one.") from error


def _found(layout: Layout) -> list[Member]:
    found = members(layout)
    if not found:
        raise NotRunning("no server of the cluster answers. `qrpay cluster up` starts it.")
    return found


def _facts(layout: Layout, found: Sequence[Member]) -> dict[str, object]:
    told = {each.name: {"role": each.role, "state": each.state} for each in found}
    return {"members": told, "url": layout.url}


def _lines(layout: Layout, found: Sequence[Member]) -> Iterator[str]:
    for each in found:
        port = layout.nodes[each.name].postgres
        yield f"{each.name}  127.0.0.1:{port:<6} {each.role.replace('_', ' ')}, {each.state}"
