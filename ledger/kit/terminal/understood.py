"""Settings and options as a command reads them: one that can't be understood is a wrong usage."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from ledger.kit.settings import SettingInvalid

Settings = TypeVar("Settings")

LAST_PORT: Final = 65_535
PORT: Final = click.IntRange(0, LAST_PORT)
"""Where to listen; 0 is any free port."""

MANY: Final = 1_000_000
HOW_MANY: Final = click.IntRange(1, MANY)
"""Of what is listed, or done again."""


class FileToWrite(click.Path):
    """A file that is written when all is done: that there is a folder for it is asked before."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Give the path of a file that may be there or not; its folder is there."""
        path = Path(str(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"there is no folder {path.parent}", param, ctx)
        return path


def understood(read: Callable[[], Settings]) -> Settings:
    """Give what was read from the environment; a command line ends with 2 where it can't be."""
    try:
        return read()
    except SettingInvalid as error:
        raise click.UsageError(str(error)) from error
