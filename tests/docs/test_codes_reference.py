"""The reference of codes shows what the published vectors and the code say."""

from __future__ import annotations

import re

import pytest
import segno

from docs.generate import errors_page
from ledger.protocol.merchant_qr.read import CodeKind
from tests.protocol import code_vectors
from tests.protocol.merchant_qr.forge import GOOD
from tests.tidy.source import ROOT

CODES = (ROOT / "docs" / "reference" / "codes.md").read_text("utf-8")
SIGNED = {vector.id: vector for vector in code_vectors.load("signed_codes").vectors}
CONSUMER = {vector.id: vector for vector in code_vectors.load("emvco_consumer_presented").vectors}


def _section(heading: str) -> str:
    return CODES.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_reference_codes_are_those_of_the_vectors() -> None:
    assert SIGNED["s-reference"].input in CODES.splitlines()
    assert SIGNED["l-reference"].input in CODES.splitlines()


@pytest.mark.parametrize("path", GOOD)
def test_every_field_of_the_reference_code_is_documented_with_its_value(path: str) -> None:
    row = re.search(rf"^\| \[?`{re.escape(path)}`\]? \|.*\| `(.*?)` \|$", CODES, re.MULTILINE)
    assert row is not None
    assert row[1] == GOOD[path]


def test_every_error_named_exists() -> None:
    named = set(re.findall(r"`((?:QR|KEY|ALG|KID|ORDER|TEXT|CURRENCY|AMOUNT)_[A-Z_]+)`", CODES))
    assert {code for code in named if f"| `{code}` |" not in errors_page()} == set()


def test_every_error_of_the_signed_vectors_is_documented_among_the_checks() -> None:
    documented = _section("The checks, in their sequence") + _section(
        "Profile L: one payment as a link"
    )
    results = {vector.result for vector in SIGNED.values()} - {"valid"}
    assert {result for result in results if f"`{result}`" not in documented} == set()


def test_every_kind_of_code_is_documented() -> None:
    documented = re.findall(r"`([a-z0-9.-]+)`", _section("Codes of others"))
    assert set(CodeKind) - set(documented) == set()


SIZES = {
    "reference code (S)": SIGNED["s-reference"].input,
    "smallest S": SIGNED["s-minimal"].input,
    "S with a Chinese name": SIGNED["s-chinese-name"].input,
    "the same request unsigned": SIGNED["s-downgrade-to-unsigned"].input,
    "sticker (T)": SIGNED["t-reference"].input,
    "link (L) to a wallet on the local network": SIGNED["l-link"].input,
    "EMVCo's consumer-presented sample B.2": CONSUMER["official-b2"].input,
    "payment code": "286012345678901234",
}


@pytest.mark.parametrize("name", SIZES)
def test_the_sizes_are_those_another_encoder_needs(name: str) -> None:
    text = SIZES[name]
    versions = [
        segno.make(text.encode(), error=level, mode="byte", micro=False, boost_error=False).version
        for level in "LMQH"
    ]
    assert f"| {name} | {len(text)} | {' | '.join(map(str, versions))} |" in CODES
