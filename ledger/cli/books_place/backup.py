"""``qrpay ledger backup``: a copy of the books and of the key they are signed with.

SQLite copies one consistent state while the ledger works; ``cp`` would not. Books open only with
the key that their receipts were signed with, so it goes along. The copy is audited before it is
called one.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import click

from ledger.cli import Exit
from ledger.cli.books_place import place_option, require_books
from ledger.config import BOOKS_FILE, KEY_FILE
from ledger.kit.terminal import json_option, tell
from ledger.ops.audit import audit
from ledger.ops.findings import Finding
from ledger.protocol.instants import to_text
from ledger.store import is_database, open_reader


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@place_option
@json_option
def backup(folder: Path, books: str, *, as_json: bool) -> None:
    """Copy the books and the ledger's key into FOLDER, while it works or not, and audit the copy.

    To restore, make FOLDER's files those of QRPAY_LEDGER_DATA while no ledger runs.
    """
    require_books(books)
    if is_database(books):
        raise click.ClickException(
            "these books are in a database: back it up with pg_dump or pg_basebackup"
        )
    copy = folder / BOOKS_FILE
    if copy.exists():
        raise click.ClickException(f"{copy} is there already; a backup overwrites nothing")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(open_reader(Path(books))) as reader:
        reader.copy_to(copy)
    copied = _copy_key(Path(books).with_name(KEY_FILE), folder)
    until = _audited(copy)
    about_key = (
        f"Copied the key to {copied}."
        if copied
        else f"No {KEY_FILE} lies beside the books; keep a copy of the one that they are used with."
    )
    up_to = f"up to {until}" if until else "without an entry"
    tell(
        {"books": str(copy), "key": copied, "until": until},
        about_key,
        f"Copied the books {up_to} to {copy}; the copy is sound.",
        as_json=as_json,
    )


def _copy_key(key: Path, folder: Path) -> str:
    """Copy a key file; where to, empty if there is none."""
    if not key.exists():
        return ""
    copy = folder / KEY_FILE
    copy.touch(mode=0o600)
    shutil.copyfile(key, copy)
    return str(copy)


def _audited(copy: Path) -> str:
    """Audit a copy; when its newest entry was booked, empty if it has none."""
    with closing(open_reader(copy)) as reader:
        findings: list[Finding] = audit(reader)
        with reader.reading() as books:
            newest = books.journal.latest_entries(1)
    if findings:
        raise Unsound(copy, findings)
    return to_text(newest[0].booked_at) if newest else ""


class Unsound(click.ClickException):
    """The copy is as the books are, and they are not sound."""

    exit_code = Exit.FAILED

    def __init__(self, copy: Path, findings: list[Finding]) -> None:
        told = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"{copy} is a faithful copy of books that are not sound:\n{told}")
