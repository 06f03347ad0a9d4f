"""Each rule of style is held against a file that breaks it, so that none is blind."""

from __future__ import annotations

import pytest

from tests.tidy import rules
from tests.tidy.rules import Rule
from tests.tidy.source import Source

LONG_FUNCTION = "def f() -> None:\n" + "    f()\n" * 50

BREAKS = [
    (rules.long_files, "pos/a.py", "x = 1\n" * 401),
    (rules.long_lines, "pos/a.py", "# " + "x" * 99),
    (rules.long_functions, "pos/a.py", LONG_FUNCTION),
    (rules.missing_module_docstring, "pos/a.py", "x = 1"),
    (rules.missing_public_docstrings, "pos/a.py", "def pay() -> None: ..."),
    (rules.missing_public_docstrings, "pos/a.py", "class Till:\n '''T.'''\n def pay(self): ..."),
    (rules.star_imports, "pos/a.py", "from ledger.protocol.money import *"),
    (rules.late_imports, "pos/a.py", "def f() -> None:\n    import apsw"),
    (rules.unfinished, "pos/a.py", "# TOD\u004f: refunds"),
    (rules.unfinished, "pos/a.py", "raise NotImplementedErro\u0072"),
    (rules.machine_paths, "pos/a.py", "HOME = '\u002froot/qrpay'"),
    (rules.banned_calls, "pos/a.py", "print(1)"),
    (rules.banned_calls, "pos/cli.py", "eval('1')"),
    (rules.floats_near_money, "ledger/core/a.py", "x = 0.5"),
    (rules.floats_near_money, "ledger/protocol/a.py", "x: float = y"),
    (rules.banned_names, "pos/a.py", "transaction = 1"),
    (rules.banned_names, "pos/a.py", "def cancel() -> None: ..."),
    (rules.banned_names, "pos/a.py", "def f(customer_id: str) -> None: ..."),
    (rules.banned_names, "pos/a.py", "class UserRecord: ..."),
    (rules.banned_names, "pos/a.py", "for order in sales: ..."),
    (rules.banned_names, "pos/a.py", "import a as bill"),
    (rules.banned_names, "ledger/faces/native/a.py", "self.charge = 1"),
    (rules.banned_names, "ledger/protocol/native_wire/a.py", "bill = 1"),
]

ALLOWED = [
    (rules.long_lines, "pos/a.py", "x = 1  # noqa: S101  " + "a long reason " * 10),
    (rules.banned_names, "pos/a.py", "merchant_order_no = 1"),
    (rules.banned_names, "ledger/store/a.py", "def transaction() -> None: ..."),
    (rules.banned_names, "ledger/faces/wechatpay/a.py", "transaction = 1"),
    (rules.banned_names, "ledger/protocol/alipay_wire/a.py", "bill = 1"),
    (rules.banned_names, "pos/a.py", "class Store:\n def transaction(self): ..."),
    (rules.banned_names, "ledger/protocol/signing/a.py", "def order() -> int: ..."),
    (rules.banned_calls, "pos/cli.py", "print(1)"),
    (rules.late_imports, "ledger/cli/serve.py", "def f() -> None:\n    import apsw"),
    (rules.floats_near_money, "pos/a.py", "x = 0.5"),
    (rules.missing_public_docstrings, "pos/a.py", "def _pay() -> None: ..."),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREAKS)
def test_a_file_that_breaks_the_rule_is_found(rule: Rule, path: str, text: str) -> None:
    assert rule(Source(path, text)) != []


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_a_file_that_keeps_the_rule_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert rule(Source(path, text)) == []
