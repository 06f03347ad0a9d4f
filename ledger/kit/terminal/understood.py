"""Settings as a command reads them: one that can't be understood is a wrong usage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from ledger.kit.settings import SettingInvalid

Settings = TypeVar("Settings")


def understood(read: Callable[[], Settings]) -> Settings:
    """Give what was read from the environment; a command line ends with 2 where it can't be."""
    try:
        return read()
    except SettingInvalid as error:
        raise click.UsageError(str(error)) from error
