"""The data folder: can it be written, is it for its owner only, is there room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.cli.doctor.finding import Finding, Level, Surroundings, ok

ROOM_MIN_BYTES: Final = 200 * 1024 * 1024
SECRETS: Final = (
    *("ledger/signing.key", "ledger/signing.key.next", "pos/till.key", "wallet/service.key"),
    *("lan/ca.key", "lan/tls.key", "store"),
)


def folder(around: Surroundings) -> Iterator[Finding]:
    """Look whether the services could write their files."""
    wanted = around.home.folder
    existing = next(each for each in (wanted, *wanted.absolute().parents) if each.exists())
    if not existing.is_dir():
        yield Finding(
            "folder",
            Level.PROBLEM,
            f"{existing} is a file, not a folder",
            "The services keep their books and keys in a folder.",
            "Move the file away, or name another folder with --data or QRPAY_HOME.",
        )
        return
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        yield Finding(
            "folder",
            Level.PROBLEM,
            f"{existing} can't be written: {error.strerror}",
            "The services keep their books and keys there.",
            f"Make it yours (chown {os.getuid()} {existing}), or name another folder with --data.",
        )
        return
    yield ok("folder", f"{wanted} " + ("can be written" if wanted.exists() else "can be made"))


def room(around: Surroundings) -> Iterator[Finding]:
    """Look whether the disk has room left."""
    wanted = around.home.folder.absolute()
    existing = next(each for each in (wanted, *wanted.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    told = f"{free // 1024**2:,} MiB are free"
    if free < ROOM_MIN_BYTES:
        yield Finding(
            "disk",
            Level.PROBLEM,
            told,
            "A payment that can't be written is refused.",
            "Make room, or name a folder on another disk with --data.",
        )
    else:
        yield ok("disk", told)


def secrets(around: Surroundings) -> Iterator[Finding]:
    """Look whether keys are for their owner only."""
    files = [around.home.folder / each for each in SECRETS]
    there = [each for each in files if each.exists()]
    for file in filter(_is_open, there):
        yield Finding(
            "keys",
            Level.PROBLEM,
            f"{file} can be read by others",
            "Whoever has this key can sign in its owner's name; services refuse to use it.",
            f"chmod 600 {file}",
        )
    if not any(map(_is_open, there)):
        yield ok("keys", f"{len(there)} secret files, for their owner only")


def _is_open(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o077)
