"""How a measurement is shown: the machine, a table for people, one JSON object for programs.

    >>> print(table(("step", "ms"), [("sign", "0.02"), ("verify", "0.11")]))
    step      ms
    ------  ----
    sign    0.02
    verify  0.11

The first column is text and stands left, the others are figures and stand right. With ``--json``
the object is the last line of the output, so that ``... --json | tail -n 1`` is all of it; its keys
say what they are and end in their unit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import click

from ledger.cli.bench.machine import Machine

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add the option that asks for the figures as JSON, too."""
    help_text = "End with one line of JSON: every figure by name, and the machine."
    return click.option("--json", "as_json", is_flag=True, help=help_text)(command)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align cells below their heads."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    shown = [_line(line, widths) for line in lines]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([shown[0], rule, *shown[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(aligned).rstrip()


def tell(
    machine: Machine, tables: Iterable[str], figures: Mapping[str, object], *, as_json: bool
) -> None:
    """Print the machine and the tables; ``as_json`` adds figures and machine as one last line."""
    click.echo(machine)
    for shown in tables:
        click.echo(f"\n{shown}")
    if as_json:
        click.echo(json.dumps({**figures, "machine": asdict(machine)}))
