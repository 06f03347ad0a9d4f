"""``qrpay privacy report``: find out who learns what, and hold it against what is expected.

Exit code 0: each place holds exactly what ``expected.json`` says; 1: something leaked, or is gone.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from ledger.cli import Exit
from ledger.cli.privacy import facts, matrix, page, played
from ledger.cli.privacy.matrix import Matrix
from ledger.kit.clock import SystemClock
from ledger.kit.terminal import json_option, tell
from ledger.protocol.instants import to_text

JSON_NAME, HTML_NAME = "privacy-report.json", "privacy-report.html"


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"A folder to write {JSON_NAME} and {HTML_NAME} into.",
)
@json_option
def report(output: Path | None, *, as_json: bool) -> None:
    """Play everything with marked facts, and look for them in every store, log and wire.

    Takes half a minute and leaves nothing behind but the report. Exit code 1 if a fact stands where
    nobody expects it.
    """
    all_of_it = played.play()
    found = matrix.compare(facts.cells(all_of_it.facts, all_of_it.places), matrix.expected())
    made_at = to_text(SystemClock().now())
    if output is not None:
        write(found, output, made_at)
    tell(msgspec.to_builtins(told(found, made_at)), *lines(found), as_json=as_json)
    if not found.holds:
        raise click.exceptions.Exit(Exit.FAILED)


def told(found: Matrix, made_at: str) -> dict[str, object]:
    """Tell the report to programs."""
    return {
        "made_at": made_at,
        "holds": found.holds,
        "places": found.places,
        "facts": found.facts,
        "cells": found.cells,
        "leaks": found.leaks,
        "missing": found.missing,
    }


def write(found: Matrix, folder: Path, made_at: str) -> None:
    """Write the report for programs and for people."""
    folder.mkdir(parents=True, exist_ok=True)
    spelled = msgspec.json.format(msgspec.json.encode(told(found, made_at)))
    (folder / JSON_NAME).write_bytes(spelled + b"\n")
    (folder / HTML_NAME).write_text(page.page(found, made_at), "utf-8")


def lines(found: Matrix) -> list[str]:
    """Tell for each fact where it can be read, then what is wrong."""
    shown = []
    for fact in found.facts:
        known = [cell.place for cell in found.row(fact) if cell.found]
        shown.append(f"{fact:<32} {', '.join(known) or 'nowhere'}")
    shown += [f"LEAKED: {cell.fact} in {cell.place}" for cell in found.leaks]
    shown += [f"MISSING: {cell.fact} in {cell.place}" for cell in found.missing]
    if found.holds:
        shown.append("Each place holds exactly what is expected of it.")
    return shown
