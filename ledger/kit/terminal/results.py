"""What a command prints when it is done: sentences for people, or JSON for programs.

Every command with a result takes ``--json`` and then prints one JSON value and nothing else, in one
line; what goes wrong is told on stderr and by the exit code, with or without it. Members are named
as in the native API: amounts in minor units (``amount_minor``) beside their ``currency``, instants
as RFC 3339 says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., object])


def json_option(command: Command) -> Command:
    """Add the option that asks for JSON instead of sentences."""
    help_text = "Print JSON, for programs."
    return click.option("--json", "as_json", is_flag=True, help=help_text)(command)


def tell(told: Mapping[str, object] | Sequence[object], *sentences: str, as_json: bool) -> None:
    """Print what came of it as JSON, or sentences instead, each on a line of its own."""
    for line in (json.dumps(told),) if as_json else sentences:
        click.echo(line)
