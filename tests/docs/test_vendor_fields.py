"""The page of fields is what the record says, and the record names every operation there is."""

from __future__ import annotations

import ast

import pytest

from ledger.faces.alipay.methods import METHODS
from ledger.faces.antom.routes import CALLS
from ledger.faces.wechatpay.routes import ROUTES
from ledger.faces.wechatpay_v2.routes import ROUTES as V2_ROUTES
from ledger.faces.wechatpay_v2.routes import SIGN_KEYS
from tests.docs import vendor_fields
from tests.docs.documented_fields import ANSWERED, CHECKED_ONLY, SENT
from tests.faces import fields_seen
from tests.tidy.source import ROOT

AGAIN = "run python -m tests.docs.vendor_fields"
RULES = {"antom": "fields.py", "wechatpay": "bodies.py", "wechatpay_v2": "fields.py"}
"""Where fields are only declared."""

AMBIGUOUS = {"detail", "bank_type", "goods_detail"}
"""Errors and answers have them, too."""


def used(face: str) -> set[str]:
    """Every name that the code of a face speaks of, its declarations left out."""
    found = set()
    for path in (ROOT / "ledger" / "faces" / face).rglob("*.py"):
        if path.name != RULES[face]:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def spelled(name: str) -> str:
    """Spell a field as the code does."""
    last = name.rpartition(".")[2]
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in last)


def test_the_page_is_what_was_seen() -> None:
    assert vendor_fields.PAGE.read_text("utf-8") == vendor_fields.page(), AGAIN


def test_each_operation_was_seen_to_read_and_to_answer() -> None:
    record = fields_seen.recorded()
    assert sorted(record["alipay"]) == sorted(METHODS)
    assert sorted(record["antom"]) == sorted(CALLS)
    addresses = {f"{route.method} {route.path}" for route in ROUTES}
    assert set(record["wechatpay"]) <= addresses
    assert (
        {route.path for route in V2_ROUTES}
        <= set(record["wechatpay_v2"])
        <= {
            *SIGN_KEYS,
            *(route.path for route in V2_ROUTES),
        }
    )


@pytest.mark.parametrize("face", RULES)
def test_what_is_said_to_be_passed_over_is_spoken_of_nowhere(face: str) -> None:
    speaks_of = used(face)
    passed_over = {spelled(name) for name in CHECKED_ONLY[face].split()} - AMBIGUOUS
    assert not {name for name in passed_over if name in speaks_of}


@pytest.mark.parametrize("face", RULES)
def test_what_is_said_to_be_acted_on_is_spoken_of_somewhere(face: str) -> None:
    speaks_of = used(face)
    checked = set(CHECKED_ONLY[face].split())
    idle = {
        name
        for seen in fields_seen.recorded()[face].values()
        for name in seen[fields_seen.READ]
        if name not in checked and spelled(name) not in speaks_of
    }
    assert not idle


def test_what_is_documented_is_documented_of_operations_that_there_are() -> None:
    assert {*SENT, *ANSWERED} <= {*METHODS, *CALLS}
