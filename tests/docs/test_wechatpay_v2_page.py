"""The page on API v2 names every address and every code, and what was tried is in the tests."""

from __future__ import annotations

import ast
import re

from ledger.faces.wechatpay_v2.calls import codes
from ledger.faces.wechatpay_v2.handlers import bills
from ledger.faces.wechatpay_v2.routes import ROUTES, SIGN_KEYS
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "wechatpay-v2.md").read_text("utf-8")
COMPATIBILITY = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
CONFORMANCE = ROOT / "tests" / "conformance" / "wechatpay_v2" / "test_wechatpy.py"


def test_every_address_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"`POST (/[a-z0-9/]+)`", PAGE))
    assert documented == {route.path for route in ROUTES} | set(SIGN_KEYS)


def test_every_code_is_documented() -> None:
    told = {told.code for told in codes.CODES.values()} | {codes.SYSTEM_ERROR.code}
    told |= {codes.USER_PAYING.code, bills.WRONG_PARAMETER, bills.SYSTEM_ERROR}
    assert {code for code in told if f"`{code}`" not in PAGE} == set()


def test_what_is_said_to_be_tried_is_a_test() -> None:
    section = COMPATIBILITY.split("\n## WeChat Pay v2, tried\n")[1].split("\n## ")[0]
    tree = ast.parse(CONFORMANCE.read_text("utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    named = set(re.findall(r"`(test_\w+)`", section))
    assert named == {name for name in tests if name.startswith("test_")}
