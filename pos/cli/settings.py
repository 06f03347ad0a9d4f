"""The till's settings as a command reads them: one that can't be understood is a wrong usage."""

from __future__ import annotations

import click

from ledger.kit.settings import SettingInvalid
from pos import config
from pos.config import Settings


def settings() -> Settings:
    """Read the variables ``QRPAY_POS_*``."""
    try:
        return config.from_environment()
    except SettingInvalid as error:
        raise click.UsageError(str(error)) from error
