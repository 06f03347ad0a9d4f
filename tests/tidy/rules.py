"""The rules of this code's style that no linter knows, each as a function from a file to findings.

A finding is a sentence that begins with the line's number. The tests hold the whole tree against
each rule; ``test_rules_bite`` holds each rule against a file that breaks it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tests.tidy.source import PARTIES, Source

Rule = Callable[[Source], list[str]]

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
COLUMNS_MAX = 100

PURE = ("ledger/protocol/", "ledger/core/")
"""Where no ``float`` may stand: money passes through here."""

BANNED_ALONE = {"transaction", "transactions", "order", "orders", "cancel", "bill", "bills"}
"""Words with several meanings in payments; alone they say nothing (docs/glossary.md)."""

BANNED_WITHIN = {"customer", "customers", "user", "users", "charge", "charges"}
"""Words for which the glossary has a sharper one, whatever stands beside them."""

NAMES_OF_OTHERS = {"user_agent", "user_version"}
"""Fixed by RFC 9110 and by SQLite."""

SPEAKS_A_VENDORS_LANGUAGE = re.compile(
    r"/faces/(?!native/)\w+/|(?<!native)_wire[/.]|/vendors/|/(test_)?vendor_\w+\.py|/conformance/"
)
"""Where an order is a vendor's order (docs/glossary.md)."""

SPEAKS_SQL = re.compile(r"[Ss]tore|embedded|migrations")
STORES = re.compile(r"Store|\.transaction\(")
SPEAKS_MATHEMATICS = re.compile(r"/signing/")
"""Where a transaction is a database's, and where an order is a group's."""


def _names_defined(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.alias(asname=str()):
                yield node.lineno, str(node.asname)


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")


def banned_names(source: Source) -> list[str]:
    """Identifiers are the glossary's words; a vendor's own words stay inside its face."""
    if SPEAKS_A_VENDORS_LANGUAGE.search(source.path):
        return []
    alone = set(BANNED_ALONE)
    if SPEAKS_SQL.search(source.path) or STORES.search(source.text):
        alone.discard("transaction")
    if SPEAKS_MATHEMATICS.search(source.path):
        alone -= {"order", "orders"}
    return [
        f"{line}: {name!r} is not a word of the glossary"
        for line, name in _names_defined(source.tree)
        if name not in NAMES_OF_OTHERS
        and (BANNED_WITHIN.intersection(_words(name)) or (set(_words(name)) <= alone))
    ]


def floats_near_money(source: Source) -> list[str]:
    """Money is integers in minor units; in the rules and the books no float is even named."""
    if not source.path.startswith(PURE):
        return []
    return [
        f"{node.lineno}: a float"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]


def unfinished(source: Source) -> list[str]:
    """Nothing is left for later; only a test's double may leave out what nobody calls."""
    stub = "|NotImplementedErro[r]" if source.path.startswith(PARTIES) else ""
    marks = re.compile(rf"\b(?:TOD[O]|FIXM[E])\b{stub}")
    return [
        f"{number}: left for later: {line.strip()}"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if marks.search(line)
    ]


def late_imports(source: Source) -> list[str]:
    """Imports stand at the top, where a reader learns what a file leans on.

    The command line is the exception: its commands load what they need when they are called, so
    that ``qrpay --help`` answers at once.
    """
    if "/cli" in source.path:
        return []
    return [
        f"{node.lineno}: an import inside {function.name}"
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def star_imports(source: Source) -> list[str]:
    """Every name says where it comes from."""
    return [
        f"{node.lineno}: a star import"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]


def banned_calls(source: Source) -> list[str]:
    """Library code neither prints nor runs text as code."""
    banned = {"eval", "exec", "breakpoint"} | (set() if "/cli" in source.path else {"print"})
    return [
        f"{node.lineno}: calls {node.func.id}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in banned
    ]


def machine_paths(source: Source) -> list[str]:
    """No file names the machine it was written on."""
    return [
        f"{number}: a path of one machine: {line.strip()}"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if re.search(r"/(?:root|work|Users)/", line)
    ]


def long_files(source: Source) -> list[str]:
    """A file is one idea."""
    lines = source.text.count("\n")
    return [f"{lines}: more than {FILE_LINES_MAX} lines"] if lines > FILE_LINES_MAX else []


def long_lines(source: Source) -> list[str]:
    """Two files fit beside each other on a screen; a mark for the linter may stick out."""
    return [
        f"{number}: {columns} columns"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if (columns := len(re.sub(r"\s*# (?:noqa|type):.*", "", line))) > COLUMNS_MAX
    ]


def long_functions(source: Source) -> list[str]:
    """A function fits on a screen, its docstring with it."""
    return [
        f"{node.lineno}: {node.name} has {lines} lines"
        for node in source.functions()
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def missing_module_docstring(source: Source) -> list[str]:
    """Each file begins by saying what it is."""
    return [] if ast.get_docstring(source.tree) else ["1: no module docstring"]


def missing_public_docstrings(source: Source) -> list[str]:
    """Whatever another file may call says what it gives, in which unit, and what it raises."""
    return [
        f"{node.lineno}: {node.name} has no docstring"
        for node in _public_definitions(source.tree.body)
        if not ast.get_docstring(node)
    ]


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public_definitions(body: list[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        if not isinstance(node, Definition) or node.name.startswith("_") or _is_overload(node):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public_definitions(node.body)


def _is_overload(node: Definition) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
