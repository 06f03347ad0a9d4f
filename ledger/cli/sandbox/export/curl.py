"""A payment's requests as a script for a shell; what merchants were told is told in comments."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ledger.cli.sandbox.export.found import Exchange
from ledger.protocol.instants import to_text


def script(exchanges: Sequence[Exchange]) -> str:
    """Write it."""
    return "#!/bin/sh\n" + "\n".join(map(_lines, exchanges))


def _lines(each: Exchange) -> str:
    answered = each.status or "no answer"
    if each.tells:
        return f"# {to_text(each.at)} the merchant is told {each.name} at {each.url}: {answered}\n"
    told = [f"# {to_text(each.at)} {each.name}: {answered}"]
    words = ["curl", "-i", "-X", each.method, each.url]
    for name, text in each.headers.items():
        words += ["-H", f"{name}: {text}"]
    if each.body:
        words += ["--data-binary", each.body]
    return "\n".join([*told, shlex.join(words), ""])
