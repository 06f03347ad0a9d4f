"""What the commands of all three parties have in common: settings read, results printed, advice."""

from __future__ import annotations

from ledger.kit.terminal.extras import installing
from ledger.kit.terminal.results import json_option, tell
from ledger.kit.terminal.understood import PORT, FileToWrite, understood

__all__ = ["PORT", "FileToWrite", "installing", "json_option", "tell", "understood"]
