"""Where the books of a data folder are kept: in its file, in a PostgreSQL of its own, or elsewhere.

``qrpay up --store`` chooses once, before there are books, and ``HOME/store`` remembers it, for the
owner's eyes only, since a URL may hold a password. The folder's own server (``--store postgres``)
lives in ``HOME/postgres``, is started by ``qrpay up`` and stopped by ``qrpay down``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ledger import config
from ledger.cli import NotRunning
from ledger.kit.home import Home
from ledger.kit.secrets.files import keep_text
from ledger.ops.databases.laptop import LaptopPostgres
from ledger.protocol.errors.service import FileDamaged
from ledger.store import is_database

OWN_SERVER = "postgres"
IN_A_FILE = "file"


def store_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add the option that says where the books shall be kept."""
    return click.option(
        "--store",
        default="",
        help="Where to keep the books: 'file', 'postgres' (a server of one's own, run here) or the"
        " URL of a PostgreSQL database.  [default: as before, else file]",
    )(command)


def place_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add the option that says which books a command is about."""
    return click.option(
        "--books",
        default=default_place,
        help="The file of the books or the URL of their database.  [default: that of `qrpay up`]",
    )(command)


def require_books(place: str | Path) -> None:
    """Check that there are books at a place; raises ``NotRunning`` and says how to get some."""
    if not is_database(place) and not Path(place).is_file():
        raise NotRunning(f"there are no books at {str(place)!r}. `qrpay up` begins some.")


def choose(home: Home, asked: str) -> str:
    """Give the choice for a data folder, and remember it; books that are there stay in place.

    Where nothing is asked for, QRPAY_LEDGER_STORE is.
    """
    asked = asked or config.from_environment().store
    if asked and asked not in (IN_A_FILE, OWN_SERVER) and not is_database(asked):
        raise click.BadParameter("'file', 'postgres' or postgresql://…", param_hint="--store")
    chosen = _chosen(home)
    if asked and chosen and asked != chosen:
        found = chosen if chosen in (IN_A_FILE, OWN_SERVER) else "another database"
        raise click.ClickException(
            f"the books of {home.folder} are in: {found}. Choose another folder with --data."
        )
    choice = chosen or asked or IN_A_FILE
    home.folder.mkdir(parents=True, exist_ok=True)
    keep_text(_memory(home), lambda: f"{choice}\n")
    return choice


def forget_if_unused(home: Home) -> None:
    """Let a folder choose anew whose provider never came up, so that nobody knows of its books."""
    if home.is_new:
        _memory(home).unlink(missing_ok=True)


def is_in_a_file(home: Home) -> bool:
    """Tell whether a data folder keeps its books itself, in a file."""
    return _chosen(home) in ("", IN_A_FILE)


def open_place(home: Home, choice: str) -> str:
    """Start the folder's own server if that is the choice; gives QRPAY_LEDGER_STORE."""
    if choice == OWN_SERVER:
        _server(home).start()
        return _server(home).url
    return "" if choice == IN_A_FILE else choice


def close_place(home: Home) -> None:
    """Stop the folder's own server, if it has one that runs."""
    if _chosen(home) == OWN_SERVER:
        _server(home).stop()


@contextmanager
def opened(home: Home, asked: str) -> Iterator[str]:
    """Keep the books of a new folder open for the time of a block; gives QRPAY_LEDGER_STORE."""
    choice = choose(home, asked)
    if choice == OWN_SERVER:
        home.folder.chmod(0o711)  # the account that root lends the server passes through
    try:
        yield open_place(home, choice)
    finally:
        close_place(home)


def default_place() -> str:
    """Say where the books of this environment are: a file or a URL."""
    settings, home = config.from_environment(), Home(config.home())
    choice = _chosen(home)
    if settings.store or choice in ("", IN_A_FILE):
        return str(settings.books)
    return _server(home).url if choice == OWN_SERVER else choice


def _chosen(home: Home) -> str:
    if _memory(home).exists():
        return _remembered(_memory(home))
    return IN_A_FILE if (home.folder / "ledger" / "books.db").exists() else ""


def _remembered(memory: Path) -> str:
    choice = memory.read_text(errors="replace").strip()
    if choice in (IN_A_FILE, OWN_SERVER) or is_database(choice):
        return choice
    meant = f"write into it where the books are: {IN_A_FILE}, {OWN_SERVER} or postgresql://…"
    raise FileDamaged(f"{memory} names no place of books; {meant}")


def _memory(home: Home) -> Path:
    return home.folder / "store"


def _server(home: Home) -> LaptopPostgres:
    return LaptopPostgres(home.folder / "postgres")
