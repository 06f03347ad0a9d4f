"""The pages about tests and faults: the ten lines run as printed, and every fault has its row."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ledger.sandbox.control.routes import Steering
from ledger.sandbox.faults import FaultKind
from ledger.sandbox.faults.magic import AMOUNTS
from ledger.testing.play import Play
from tests.conformance import environments
from tests.tidy.built import build_wheel, copied_tree
from tests.tidy.source import ROOT

USE = ROOT / "docs" / "use"
TESTING = (USE / "testing.md").read_text("utf-8")
SANDBOX = (USE / "sandbox.md").read_text("utf-8")
FAULTS = (USE / "faults.md").read_text("utf-8")
SDK = "python-alipay-sdk==3.4.0"
WITHIN_S = 120


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - what the page tells people to type
        list(map(str, command)),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_ten_lines_are_green_where_only_the_wheel_is_installed(tmp_path: Path) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    python = environments.python("pytest>=8.3", SDK, *needed)
    wheel = build_wheel(copied_tree(tmp_path), tmp_path)
    run(
        *(python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", wheel),
        folder=tmp_path,
    )
    (lines,) = re.findall(r"^```python\n(from alipay.*?)^```$", TESTING, re.DOTALL | re.MULTILINE)
    assert len([line for line in lines.splitlines() if line]) <= 10
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_my_till.py").write_text(lines, encoding="utf-8")
    said = run(python, "-m", "pytest", "-q", "--durations=0", "-vv", folder=project)
    assert "1 passed" in said
    told = [line for line in said.splitlines() if "setup" in line or "passed" in line]
    sys.stdout.write("\n".join(told) + "\n")


def test_what_the_fixture_has_is_what_the_page_says(qrpay: Play) -> None:
    rows = dict(re.findall(r"^\| `(\w+)(?:\(.*?\))?` \| (.*) \|$", TESTING, re.MULTILINE))
    public = {name for name in dir(qrpay) if not name.startswith("_")}
    assert set(rows) == public
    for account in ("alipay", "antom", "wechatpay"):
        for name in re.findall(r"`(\w+)`", rows[account]):
            assert getattr(getattr(qrpay, account), name)


def test_every_fault_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| (.*) \|$", FAULTS, re.MULTILINE)
    assert rows == [(kind.label, kind.what) for kind in FaultKind]


def test_every_address_of_the_control_api_has_its_row() -> None:
    rows = re.findall(r"^\| `([A-Z]+ [^`]+)` \| \S", SANDBOX, re.MULTILINE)
    named = Steering.__new__(Steering).addresses()
    assert [row.partition("{")[0] for row in rows] == [each.partition("<")[0] for each in named]


def test_every_magic_amount_has_its_row() -> None:
    rows = re.findall(r"^\| (\d+)\.(\d\d) \| `([a-z.-]+)`", FAULTS, re.MULTILINE)
    told = {int(whole + cents): label for whole, cents, label in rows}
    assert told == {amount: fault.kind.label for amount, fault in AMOUNTS.items()}


@pytest.mark.parametrize("word", ["merchant", "order_no", "call", "payer", "event"])
def test_every_word_for_whom_it_concerns_is_explained(word: str) -> None:
    assert f"| `{word}` |" in FAULTS
