"""The till's settings as a command reads them."""

from __future__ import annotations

from ledger.kit.terminal import understood
from pos import config
from pos.config import Settings


def settings() -> Settings:
    """Read the variables ``QRPAY_POS_*``."""
    return understood(config.from_environment)
