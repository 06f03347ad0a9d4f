"""The page about Alipay's SDKs lists what the face does: each method, each code with its cause."""

from __future__ import annotations

import re

from ledger.faces.alipay.calls.refusals import ACQ
from ledger.faces.alipay.deposits.refused import FUND
from ledger.faces.alipay.methods import METHODS
from ledger.faces.alipay.methods.bills import BILL
from tests.docs import alipay_proof
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "alipay.md").read_text("utf-8")


def first_column(pattern: str, under: str = "") -> list[str]:
    section = PAGE.partition(f"\n## {under}\n")[2].partition("\n## ")[0] if under else PAGE
    return re.findall(rf"^\| `({pattern})` \| \S", section, flags=re.MULTILINE)


def test_every_method_has_its_row() -> None:
    assert first_column(r"alipay\.[a-z.]+") == list(METHODS)


def test_every_business_code_has_its_cause() -> None:
    assert first_column(r"ACQ\.[A-Z_]+") == [f"ACQ.{reason}" for reason in sorted(ACQ)]


def test_every_code_of_bills_has_its_cause() -> None:
    assert first_column(r"[A-Z]+_[A-Z_]+", under="Bills") == sorted(BILL)


def test_every_code_of_deposits_has_its_cause() -> None:
    assert first_column(r"[A-Z]+_[A-Z_]+", under="Deposits") == sorted(FUND)


def test_what_is_imitated_is_what_tables_and_tests_say() -> None:
    made = alipay_proof.whole_page()
    assert alipay_proof.PAGE.read_text("utf-8") == made, "run python -m tests.docs.alipay_proof"
