"""What the commands of all three parties have in common: how they print what came of them."""

from __future__ import annotations

from ledger.kit.terminal.results import json_option, tell

__all__ = ["json_option", "tell"]
