"""The page about Antom lists what the face does: each call, each result code with its cause."""

from __future__ import annotations

import ast
import re

from ledger.faces.antom.results import ANY_CALL, CANCEL, PAY, REFUND, result
from ledger.faces.antom.routes import CALLS
from ledger.ops import demo_apps
from tests.docs import antom_proof
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "antom.md").read_text("utf-8")
FACE = ROOT / "ledger" / "faces" / "antom"
CODE = re.compile(r"[A-Z]{2,}(_[A-Z]+)+|SUCCESS")
OTHER_WORDS = {"ALIPAY_CN", "CONNECT_WALLET", "PAYMENT_RESULT", "REFUND_RESULT"}


def said_by_the_face() -> set[str]:
    """Every result code that stands in the face's own text."""
    texts = {
        node.value
        for file in FACE.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    codes = {text for text in texts if CODE.fullmatch(text)} - OTHER_WORDS
    return codes - {"IN_STORE_PAYMENT", "REQUEST_TRAFFIC_EXCEED_LIMIT"}


def test_every_call_has_its_row() -> None:
    assert re.findall(r"^\| `(\w+)` \| \S", PAGE, flags=re.MULTILINE)[: len(CALLS)] == list(CALLS)


def test_every_result_code_has_its_status_and_its_cause() -> None:
    told = {code for table in (ANY_CALL, PAY, CANCEL, REFUND) for code in table.values()}
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([SFU]) \| \S", PAGE, flags=re.MULTILINE)
    assert told <= said_by_the_face()
    assert [code for code, _ in rows] == sorted(said_by_the_face())
    assert [status for _, status in rows] == [result(code)["resultStatus"] for code, _ in rows]


def test_the_demo_shops_client_is_the_one_on_the_page() -> None:
    assert f"`{demo_apps.antom_client().app_id}`" in PAGE


def test_what_is_imitated_is_what_tables_and_tests_say() -> None:
    made = antom_proof.whole_page()
    assert antom_proof.PAGE.read_text("utf-8") == made, "run python -m tests.docs.antom_proof"
