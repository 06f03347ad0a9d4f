"""Who may lean on whom, as two tables, and the functions that hold a file against them.

The first table is about the parts of this project, the second about what is used in one place
only. The import contracts in ``pyproject.toml`` say the first again, for chains of imports too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.source import PARTIES, Source

DOORS = {"ledger.protocol", "ledger.client", "ledger.kit"}

ARROWS: dict[str, set[str]] = {
    # this part ...       may import, beside itself, ...
    "pos": DOORS,
    "wallet": DOORS,
    "ledger": set(),
    "ledger.protocol": set(),
    "ledger.kit": {"ledger.protocol"},
    "ledger.client": {"ledger.kit", "ledger.protocol"},
    "ledger.core": {"ledger.protocol"},
    "ledger.store": {"ledger.core", "ledger.kit", "ledger.protocol"},
    "ledger.ops": {"ledger.store", "ledger.core", *DOORS},
    "ledger.faces": {"ledger.core", "ledger.kit", "ledger.protocol"},
    "ledger.inspector": {"ledger.core", "ledger.kit", "ledger.protocol"},
    "ledger.sandbox": {"ledger.core", "ledger.kit", "ledger.protocol"},
    "ledger.config": {"ledger.kit", "ledger.protocol"},
    "ledger.scenarios": {"ledger.faces", "ledger.ops", "ledger.sandbox", *DOORS},
    "ledger.app": {"ledger.*"},
    "ledger.cli": {"ledger.*"},
    "ledger.testing": {"ledger.*"},
    "ledger.__main__": {"ledger.cli"},
}

ONLY_IN: dict[str, str] = {
    # this ...            is used only where the path matches
    "qrcode": r"ledger/kit/qr/.*|ledger/cli/bench/codes/encoders\.py",
    "segno": r"ledger/cli/bench/codes/encoders\.py",
    "PIL": r"pos/paper/(picture|roll)\.py|wallet/scan_image\.py|ledger/cli/bench/codes/readers\.py",
    "zxingcpp": r"wallet/scan_image\.py|ledger/cli/bench/codes/readers\.py",
    "escpos": r"pos/paper/printer\.py",
    "apsw": r"ledger/kit/embedded/.*|(ledger/|pos/|wallet/)store\b.*",
    "psycopg": r"ledger/store/.*",
    "sqlite3": r"nowhere: the one in Python 3\.11 can lose what it acknowledged",
    "granian": r"ledger/kit/serving/.*",
    "http.client": r"ledger/kit/.*|ledger/cli/cluster/members\.py",
    "urllib.request": r"ledger/kit/.*",
    "socket": r"ledger/kit/.*|ledger/cli/bench/checkout/driver/wire\.py",
    # The hook runs inside of somebody else's program.
    "os.environ": r"(pos|wallet|ledger)/config\.py|ledger/kit/redirection/start_hook\.py",
    "os.getenv": r"nowhere: config.py reads os.environ",
    "time": r"ledger/kit/.*|(ledger/|pos/|wallet/)cli\b.*",  # waiting for a socket or a process
    "time.time": r"ledger/kit/clock\.py",
    "time.time_ns": r"ledger/kit/clock\.py",
    "time.gmtime": r"nowhere: instants are written by ledger.protocol.instants",
    "time.localtime": r"nowhere",
    "datetime.datetime.now": r"ledger/kit/clock\.py",
    "datetime.datetime.utcnow": r"nowhere",
    "datetime.datetime.today": r"nowhere",
    "datetime.date.today": r"nowhere",
    "random": r"nowhere: ids and keys need entropy that nobody can guess",
    "secrets": r"ledger/kit/entropy\.py",
    "os.urandom": r"ledger/kit/entropy\.py",
    "uuid": r"nowhere: identifiers come from ledger.protocol.identifiers",
}


def forbidden_arrows(source: Source) -> list[str]:
    """A part imports itself and what ``ARROWS`` lists for it, nothing else of ours."""
    part = _part_of(source.module)
    allowed = {part, *ARROWS[part]}
    return [
        f"{line}: {part} may not import {name}"
        for line, name in _imports(source.tree)
        if name.split(".")[0] in PARTIES
        and _part_of(name) not in allowed
        and not ("ledger.*" in allowed and name.startswith("ledger"))
    ]


def used_elsewhere(source: Source) -> list[str]:
    """What has one place is used only there."""
    return [
        f"{line}: {thing} belongs to {place}"
        for line, name in (*_imports(source.tree), *_calls_by_full_name(source.tree))
        for thing, place in ONLY_IN.items()
        if (name == thing or name.startswith(f"{thing}.")) and not re.fullmatch(place, source.path)
    ]


def _part_of(module: str) -> str:
    """Give the longest row of the table that the module lies in; fails for a part without a row."""
    names = module.split(".")
    if names[0] == "ledger" and len(names) > 1:
        part = ".".join(names[:2])
        if part not in ARROWS:
            raise AssertionError(f"{part} has no row in tests/tidy/arrows.py")
        return part
    return names[0]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported name in full: ``from a.b import c`` is ``a.b.c``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _calls_by_full_name(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every use of ``name.attribute``, with the name replaced by what was imported under it."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, tail = ast.unparse(node).partition(".")
            if head in imported:
                yield node.lineno, f"{imported[head]}.{tail}"
