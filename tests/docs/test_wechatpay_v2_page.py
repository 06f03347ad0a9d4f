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
CONFORMANCE = ROOT / "tests" / "conformance"
PLAYED = ("wechatpay_v2/test_wechatpy.py", "wechatpay_failures/test_v2_failures.py")
ABOUT_TABLES = "test_no_failure_is_told_by_a_code_that_its_calls_page_does_not_have"


def test_every_address_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"`POST (/[a-z0-9/]+)`", PAGE))
    assert documented == {route.path for route in ROUTES} | set(SIGN_KEYS)


def test_every_code_is_documented() -> None:
    told = {told.code for told in codes.CODES.values()} | {codes.SYSTEM_ERROR.code}
    told |= {codes.USER_PAYING.code, bills.WRONG_PARAMETER, bills.SYSTEM_ERROR}
    assert {code for code in told if f"`{code}`" not in PAGE} == set()


def test_what_is_said_to_be_tried_is_a_test() -> None:
    section = COMPATIBILITY.split("\n## WeChat Pay v2, tried\n")[1].split("\n## ")[0]
    tests = {
        node.name
        for file in PLAYED
        for node in ast.parse((CONFORMANCE / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    named = set(re.findall(r"`(test_\w+)`", section))
    assert named == tests - {ABOUT_TABLES}
