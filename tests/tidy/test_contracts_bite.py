"""Each import contract is broken once on purpose, in a copy, and must say so by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tidy.source import PARTIES, ROOT
from tests.tidy.tools import run

VIOLATIONS = [
    ("doors", "pos", "import ledger.core"),
    ("doors", "wallet", "import ledger.store"),
    ("doors", "pos", "import ledger.app"),
    ("two-parties", "pos", "import wallet"),
    ("two-parties", "wallet", "import pos"),
    ("provider-below", "ledger/core", "import pos"),
    ("provider-below", "ledger/cli", "import wallet"),
    ("protocol-pure", "ledger/protocol", "import flask"),
    ("protocol-pure", "ledger/protocol", "import time"),
    ("protocol-pure", "ledger/protocol", "import ledger.kit"),
    ("core-pure", "ledger/core", "import apsw"),
    ("core-pure", "ledger/core", "import ledger.kit.clock"),
    ("layers", "ledger/core", "import ledger.store"),
    ("layers", "ledger/kit", "import ledger.core"),
    ("layers", "ledger/store", "import ledger.faces"),
    ("layers", "ledger/ops", "import ledger.app"),
    ("faces-thin", "ledger/faces", "import ledger.store"),
    ("faces-thin", "ledger/faces/native", "import ledger.client"),
    ("doors-lead-nowhere-else", "ledger/kit", "import ledger.core"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only what the contracts are about: the Python files and the contracts themselves."""
    root = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", root)
    for party in PARTIES:
        ignore = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / party, root / party, ignore=ignore)
    return root


def contracts_say(copy: Path, contract: str) -> str:
    said = run("lint-imports", "--no-cache", "--contract", contract, folder=copy)
    return said.stdout + said.stderr


@pytest.mark.parametrize(("contract", "package", "violation"), VIOLATIONS)
def test_a_violation_breaks_its_contract(
    copy: Path, contract: str, package: str, violation: str
) -> None:
    planted = copy / package / "planted.py"
    planted.write_text(f"{violation}\n")
    try:
        said = contracts_say(copy, contract)
    finally:
        planted.unlink()
    assert "0 kept, 1 broken" in said
    assert f"{package.replace('/', '.')}.planted" in said


def test_a_second_face_must_not_know_the_first(copy: Path) -> None:
    face = copy / "ledger/faces/planted"
    face.mkdir()
    (face / "__init__.py").write_text("import ledger.faces.native\n")
    try:
        said = contracts_say(copy, "faces-apart")
    finally:
        shutil.rmtree(face)
    assert "0 kept, 1 broken" in said
    assert "ledger.faces.planted" in said


def test_a_new_part_of_the_provider_must_be_given_its_layer(copy: Path) -> None:
    part = copy / "ledger/novelty.py"
    part.write_text("")
    try:
        said = contracts_say(copy, "layers")
    finally:
        part.unlink()
    assert "novelty" in said


def test_every_contract_is_broken_by_some_violation_here(copy: Path) -> None:
    said = contracts_say(copy, "layers")
    assert "1 kept, 0 broken" in said
    text = (copy / "pyproject.toml").read_text("utf-8")
    declared = {line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")}
    assert declared == {contract for contract, _, _ in VIOLATIONS} | {"faces-apart"}
