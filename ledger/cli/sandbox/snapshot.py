"""``qrpay snapshot`` and ``qrpay reset``: all three parties as they were, or as at the beginning.

    HOME/snapshots/NAME/{ledger,pos,wallet}/    each party's files, its store as one consistent copy
    HOME/snapshots/NAME/{clock,faults.json}     the sandbox's time, and what was set to go wrong

While the services run, till and wallet are copied first and the provider last: what came in between
is to them an answer that they have not heard yet, which they ask for. Restoring would pull the
stores away from under them, so that is done while they are down.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

import click

from ledger import config
from ledger.cli import NotRunning
from ledger.cli.books_place import is_in_a_file
from ledger.cli.sandbox.steering import Sandbox
from ledger.cli.up import data_option
from ledger.kit.embedded import open_reader
from ledger.kit.embedded.file_lock import FileLock
from ledger.kit.home import Home
from ledger.kit.terminal import json_option, tell
from ledger.protocol.errors.sandbox import ServicesRunning, SnapshotsNeedAFile
from ledger.sandbox.snapshots.shelf import Shelf

PARTIES: Final = ("wallet", "pos", "ledger")
CLOCK: Final = "clock"
_SIDE_FILES: Final = ("*.db", "*.db-wal", "*.db-shm", "*.lock", config.SNAPSHOTS)


@click.command()
@click.argument("name")
@data_option
@json_option
def save(name: str, data: Path, *, as_json: bool) -> None:
    """Keep till, wallet and provider as they are now, under NAME; they may go on working.

    With them go the sandbox's time and the faults that are set.
    """
    home = _in_files(data)
    with _shelf(home).written(name) as folder:
        for party in PARTIES:
            _copy(home.folder / party, folder / party)
        if home.clock.exists():
            shutil.copyfile(home.clock, folder / CLOCK)
        (folder / config.FAULTS_FILE).write_text(json.dumps(_faults(data)), "utf-8")
    tell({"name": name}, f"Kept as {name}.", as_json=as_json)


@click.command()
@click.argument("name")
@data_option
@json_option
def restore(name: str, data: Path, *, as_json: bool) -> None:
    """Make till, wallet and provider what they were when NAME was kept; they must be down.

    What they have done since then is gone. Their time is as far ahead of this machine's as it was,
    and where it stood still it stands at the same moment.
    """
    home = _in_files(data)
    folder = _shelf(home).found(name)
    with _at_rest(home):
        for party in PARTIES:
            _clear(home.part(party))
            shutil.copytree(folder / party, home.part(party), dirs_exist_ok=True)
        home.clock.unlink(missing_ok=True)
        if (folder / CLOCK).exists():
            shutil.copyfile(folder / CLOCK, home.clock)
        shutil.copyfile(folder / config.FAULTS_FILE, home.part("ledger") / config.FAULTS_FILE)
    tell({"name": name}, f"As {name} again. Start with `qrpay up`.", as_json=as_json)


@click.command("list")
@data_option
@json_option
def list_snapshots(data: Path, *, as_json: bool) -> None:
    """Name what was kept."""
    names = _shelf(Home(data)).names()
    tell({"snapshots": names}, "\n".join(names) or "Nothing was kept.", as_json=as_json)


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
@json_option
def reset(data: Path, *, yes: bool, as_json: bool) -> None:
    """Let till, wallet and provider begin anew at the next `qrpay up`; they must be down.

    Their books, keys and time are deleted, snapshots stay.
    """
    home = _in_files(data)
    if not yes:
        click.confirm(f"Delete what till, wallet and provider know in {data}?", abort=True)
    with _at_rest(home):
        for party in PARTIES:
            shutil.rmtree(home.folder / party, ignore_errors=True)
        home.clock.unlink(missing_ok=True)
    tell({"reset": True}, "The next `qrpay up` begins anew.", as_json=as_json)


def _in_files(data: Path) -> Home:
    home = Home(data)
    if not is_in_a_file(home):
        raise SnapshotsNeedAFile
    if not (home.folder / "ledger" / config.BOOKS_FILE).exists() and not _shelf(home).names():
        raise NotRunning(f"there are no books in {data}. `qrpay up` begins some.")
    return home


def _shelf(home: Home) -> Shelf:
    return Shelf(home.folder / config.SNAPSHOTS)


def _faults(data: Path) -> object:
    try:
        return Sandbox(data).get("faults")["faults"]
    except NotRunning:  # nothing shall go wrong where nothing runs
        return []


@contextmanager
def _at_rest(home: Home) -> Iterator[None]:
    """Keep everybody from the stores, and raise ``ServicesRunning`` where somebody has one."""
    if home.running():
        raise ServicesRunning
    with ExitStack() as held:
        for store in (each for party in PARTIES for each in (home.folder / party).glob("*.db")):
            lock = FileLock(store.with_name(f"{store.name}.lock"))
            held.callback(lock.release)
        yield


def _copy(party: Path, target: Path) -> None:
    shutil.copytree(party, target, ignore=shutil.ignore_patterns(*_SIDE_FILES))
    for store in party.glob("*.db"):
        with closing(open_reader(store)) as reader:
            reader.copy_to(target / store.name)


def _clear(party: Path) -> None:
    for pattern in ("*.db", "*.db-wal", "*.db-shm"):
        for each in party.glob(pattern):
            each.unlink()
