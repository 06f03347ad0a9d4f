"""What the commands of all three parties have in common: settings read, results printed, advice."""

from __future__ import annotations

from ledger.kit.terminal.extras import installing
from ledger.kit.terminal.results import json_option, tell
from ledger.kit.terminal.understood import HOW_MANY, LAST_PORT, MANY, PORT, FileToWrite, understood

__all__ = [
    "HOW_MANY",
    "LAST_PORT",
    "MANY",
    "PORT",
    "FileToWrite",
    "installing",
    "json_option",
    "tell",
    "understood",
]
