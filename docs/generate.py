"""Write the pages of ``docs/reference`` and ``docs/use/scenarios`` that are made from the code.

``make docs`` writes them, ``tests/docs`` proves that what is committed is what would be written.
A page is made from the very tables and docstrings that the code runs on, so it can't say anything
else than the code does.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import click

from ledger.cli import main as qrpay
from ledger.faces.native.documents import reference as native_api
from ledger.faces.native.routes import EVERYTHING
from ledger.protocol import errors, lifecycle
from ledger.protocol.errors import (
    checkout,
    codes,
    content,
    guests,
    privacy,
    sandbox,
    service,
    trust,
    vendors,
    wechatpay,
    wechatpay_v2,
)
from ledger.scenarios import reading, script

REFERENCE = Path(__file__).parent / "reference"
STORIES = Path(__file__).parent / "use" / "scenarios"

_SUBJECTS = (
    *(content, trust, codes, checkout, guests, privacy, service, vendors),
    *(wechatpay, wechatpay_v2, sandbox),
)

ERRORS_HEAD = """\
<!-- Made by docs/generate.py from ledger/protocol/errors; `make docs` writes it again. -->

# Errors

A refused step names the rule it broke. `code` is part of the API and never changes its meaning; the
sentence is for people. The native API answers with the HTTP status shown here and with a body of
type `application/problem+json` (RFC 9457) that carries the code.

## Kinds

The kind says what to do next; every rule below belongs to one.
"""

LIFECYCLE_HEAD = """\
<!-- Made by docs/generate.py from ledger/protocol/lifecycle.py; `make docs` writes it again. -->

# Lifecycles

What is not drawn is refused, and a refused event changes nothing.
"""

STATES_HEAD = """\
## What a payment's states mean, and what the vendors call them

A vendor's word in parentheses holds for payments by payment code only.
"""

COMMANDS_HEAD = """\
<!-- Made by docs/generate.py from each command's --help; `make docs` writes it again. -->

# The command `qrpay`
"""


def errors_page() -> str:
    """List every broken rule: its code, its HTTP status, its kind, its sentence."""
    kinds = [cls for cls in _errors_of(errors) if cls is not errors.QrpayError]
    table = _table(
        ("kind", "HTTP status", "meaning"),
        ((f"`{kind.__name__}`", str(kind.status), kind.title()) for kind in kinds),
    )
    subjects = [_subject(module) for module in _SUBJECTS]
    return "\n".join([ERRORS_HEAD, table, *subjects])


def _subject(module: ModuleType) -> str:
    heading = (module.__doc__ or "").partition("\n")[0].rstrip(".")
    rows = (
        (f"`{rule.code}`", str(rule.status), rule.__mro__[1].__name__, rule.title())
        for rule in _errors_of(module)
    )
    return f"## {heading}\n\n{_table(('code', 'HTTP status', 'kind', 'rule'), rows)}"


def _errors_of(module: ModuleType) -> list[type[errors.QrpayError]]:
    """Give the module's own errors in the order they stand in the file."""
    return [
        cls
        for cls in vars(module).values()
        if inspect.isclass(cls)
        and issubclass(cls, errors.QrpayError)
        and cls.__module__ == module.__name__
    ]


def lifecycle_page() -> str:
    """Draw each lifecycle, and tell what a payment's states mean."""
    cycles = [cycle for cycle in vars(lifecycle).values() if isinstance(cycle, lifecycle.Lifecycle)]
    drawn = [f"## {cycle.noun.capitalize()}\n\n{_diagram(cycle)}" for cycle in cycles]
    states = _table(
        ("state", "who acts next", "meaning", "Alipay", "WeChat Pay"),
        (
            (f"`{state}`", row.next_actor, row.meaning, row.alipay, row.wechat)
            for state, row in lifecycle.PAYMENT_STATES.items()
        ),
    )
    return "\n".join([LIFECYCLE_HEAD, *drawn, STATES_HEAD, states])


def _diagram(cycle: lifecycle.Lifecycle[lifecycle.State, lifecycle.Event]) -> str:
    arrows = [
        f"    {state} --> {following}: {event}"
        for state, row in cycle.table.items()
        for event, following in row.items()
    ]
    ends = [f"    {state} --> [*]" for state in cycle.table if cycle.is_final(state)]
    lines = ["stateDiagram-v2", f"    [*] --> {cycle.initial}", *arrows, *ends]
    return "\n".join(["```mermaid", *lines, "```", ""])


def commands_page() -> str:
    """Show the help of every command as the terminal shows it."""
    shown = [
        f"## `{context.command_path}`\n\n```text\n{context.get_help()}\n```\n"
        for context in contexts(click.Context(qrpay, info_name="qrpay", terminal_width=80))
    ]
    return "\n".join([COMMANDS_HEAD, *shown])


def contexts(context: click.Context) -> Iterator[click.Context]:
    """Walk a command and all commands below it."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield from contexts(click.Context(command, parent=context, info_name=name))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    return "\n".join([line(heads), line("---" for _ in heads), *map(line, rows), ""])


def pages() -> Mapping[Path, str]:
    """Give every made page, by where it belongs."""
    return {
        REFERENCE / "errors.md": errors_page(),
        REFERENCE / "lifecycle.md": lifecycle_page(),
        REFERENCE / "commands.md": commands_page(),
        REFERENCE / "native-api.md": native_api.markdown(EVERYTHING),
        **{
            STORIES / f"{name}.md": reading.page(name, script.load(name)) for name in script.names()
        },
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
