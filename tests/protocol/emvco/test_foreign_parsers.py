"""Four parsers of other people read our codes as we do, each as far as it can judge.

* ``qriskit`` (PyPI): strict data objects, duplicates found down to one level of templates, CRC.
  Its rules about Indonesian codes are not asked.
* ``vietqr-emvco`` (PyPI): the root only, and CRC; lets the last duplicate win.
* ``emvco-qr-sdk`` (npm): data objects at any depth; no CRC; lets the last duplicate win.
* ``promptparse`` (npm): one level of templates; its CRC runs over UTF-16, so ASCII codes only.

The two from npm also split values that merely look like data objects; whether they see at least
what we see is what is compared.
"""

from __future__ import annotations

import pytest
import qriskit
from hypothesis import given
from hypothesis import strategies as st
from qriskit import tlv
from vietqr_emvco import VietQRParser

from ledger.protocol.emvco.fields import ROOT, Table
from ledger.protocol.emvco.merchant_presented import assemble, decode
from tests.protocol.code_vectors import CodeVector
from tests.protocol.emvco.conftest import Reading
from tests.protocol.emvco.published import MERCHANT_PRESENTED, READABLE


def _id(vector: CodeVector) -> str:
    return vector.id


def _by_path(text: str) -> dict[str, str]:
    return dict(decode(text).by_path)


def _read_with_qriskit(text: str, table: Table = ROOT, prefix: str = "") -> dict[str, str]:
    """Read with its data objects, and templates where EMVCo has some."""
    values: dict[str, str] = {}
    for node in tlv.decode(text):
        path, inside = prefix + node.tag, table.by_id[node.tag].inside
        values[path] = node.value
        if inside is not None:
            values |= _read_with_qriskit(node.value, inside, f"{path}.")
    return values


def _issues(text: str) -> set[str]:
    return {issue.code for issue in qriskit.validate(text)}


@pytest.mark.parametrize("vector", READABLE, ids=_id)
def test_qriskit_reads_the_same_values(vector: CodeVector) -> None:
    assert _read_with_qriskit(vector.input) == _by_path(vector.input)
    assert _issues(vector.input) & {"crc.mismatch", "crc.missing", "tag.duplicate"} == set()


@pytest.mark.parametrize("vector", READABLE, ids=_id)
def test_vietqr_reads_the_same_root_and_agrees_with_the_crc(vector: CodeVector) -> None:
    code = decode(vector.input)
    ours = {identifier: code.value(identifier) for identifier in code.ids()}
    assert VietQRParser.parse_raw(vector.input) == ours
    assert VietQRParser.verify_checksum(vector.input)


WRONG_CRC = [v for v in MERCHANT_PRESENTED if v.result == "QR_CRC_MISMATCH"]


@pytest.mark.parametrize("vector", WRONG_CRC, ids=_id)
def test_qriskit_finds_every_wrong_crc(vector: CodeVector) -> None:
    assert _issues(vector.input) & {"crc.mismatch", "crc.lowercase"}


@pytest.mark.parametrize("vector", [v for v in WRONG_CRC if "lower-case" not in v.id], ids=_id)
def test_vietqr_finds_every_wrong_crc(vector: CodeVector) -> None:
    assert not VietQRParser.verify_checksum(vector.input)


TOO_DEEP_FOR_QRISKIT = {"duplicate-in-nested-template"}
DUPLICATES = [
    vector
    for vector in MERCHANT_PRESENTED
    if vector.result == "QR_DUPLICATE_TAG" and vector.id not in TOO_DEEP_FOR_QRISKIT
]


@pytest.mark.parametrize("vector", DUPLICATES, ids=_id)
def test_qriskit_finds_every_duplicate(vector: CodeVector) -> None:
    assert "tag.duplicate" in _issues(vector.input)


def test_other_readers_pay_the_duplicate_amount_that_we_refuse() -> None:
    attacked = next(v for v in MERCHANT_PRESENTED if v.id == "s-duplicate-amount-behind-81")
    assert VietQRParser.parse_raw(attacked.input)["54"] == "99.99"
    assert VietQRParser.verify_checksum(attacked.input)


def test_emvco_qr_sdk_reads_the_same_values(readings: dict[str, Reading]) -> None:
    for vector in READABLE:
        theirs = readings[vector.input].sdk
        assert theirs is not None
        assert _by_path(vector.input).items() <= theirs.items()


def test_promptparse_reads_the_same_values_of_ascii_codes(readings: dict[str, Reading]) -> None:
    for vector in READABLE:
        if vector.input.isascii():
            theirs = readings[vector.input].promptparse
            assert theirs is not None
            ours = _by_path(vector.input).items()
            assert {
                path: value for path, value in ours if path.count(".") < 2
            }.items() <= theirs.items()


def test_promptparse_finds_every_wrong_crc(readings: dict[str, Reading]) -> None:
    for vector in WRONG_CRC:
        if vector.input.isascii() and "lower-case" not in vector.id:
            assert readings[vector.input].promptparse is None, vector.id


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25)


@given(names, names)
def test_qriskit_and_vietqr_agree_on_codes_with_any_names(name: str, local: str) -> None:
    values = {"00": "01", "26.00": "a.example", "59": name, "64.00": "zh", "64.01": local}
    text = assemble(values)
    assert _read_with_qriskit(text) == _by_path(text)
    assert "crc.mismatch" not in _issues(text)
    assert VietQRParser.verify_checksum(text)
