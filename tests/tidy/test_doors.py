"""Whoever imports the published rules gets the rules, and none of the provider's machinery."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

from tests.tidy.source import CODE, ROOT

IMPORT_ALL_RULES = """
import importlib, json, pkgutil, sys
import ledger.protocol
for module in pkgutil.walk_packages(ledger.protocol.__path__, "ledger.protocol."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""

MACHINERY = {
    *("apsw", "babel", "click", "flask", "granian", "PIL", "psycopg", "qrcode", "sqlite3"),
    *("http.client", "secrets", "socket", "urllib.request"),
}


def test_the_ledger_package_itself_is_a_docstring_and_nothing_else() -> None:
    (package,) = (source for source in CODE if source.path == "ledger/__init__.py")
    assert ast.get_docstring(package.tree)
    assert len(package.tree.body) == 1


def test_importing_every_rule_loads_no_machinery_and_no_other_part() -> None:
    answer = subprocess.run(  # noqa: S603  our own interpreter with the text above
        [sys.executable, "-c", IMPORT_ALL_RULES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    loaded = set(json.loads(answer.stdout))
    assert "ledger.protocol.money" in loaded
    assert loaded & MACHINERY == set()
    ours = {name for name in loaded if name.split(".")[0] in ("ledger", "pos", "wallet")}
    assert {name for name in ours if not name.startswith("ledger.protocol")} == {"ledger"}
