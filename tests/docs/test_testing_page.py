"""The pages about tests and faults: the ten lines run as printed, and every fault has its row."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from ledger.protocol.instants import SECOND
from ledger.sandbox.checklist.points import Point
from ledger.sandbox.control.routes import Steering
from ledger.sandbox.control.stories import Stories
from ledger.sandbox.faults import Fault, FaultKind
from ledger.sandbox.faults.magic import AMOUNTS
from ledger.sandbox.magic_codes import MagicCode
from ledger.testing.play import Play
from tests.conformance import environments
from tests.tidy.built import build_wheel, copied_tree
from tests.tidy.source import ROOT

USE = ROOT / "docs" / "use"
TESTING = (USE / "testing.md").read_text("utf-8")
SANDBOX = (USE / "sandbox.md").read_text("utf-8")
FAULTS = (USE / "faults.md").read_text("utf-8")
CHECKLIST = (USE / "checklist.md").read_text("utf-8")
SDK = "python-alipay-sdk==3.4.0"
WITHIN_S = 600
WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"


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


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the built wheel, pytest and an SDK.

    The wheel is put into an environment of this run's own, in front of the shared one: other runs
    read that at the same moment, and it has none of ours.
    """
    folder = tmp_path_factory.mktemp("wheel")
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    shared = environments.python(SDK, "pytest>=8.3", "pytest-xdist>=3.6", *needed)
    venv.create(folder / "own")
    python = folder / "own" / "bin" / "python"
    packages = {each: run(each, "-c", WHERE, folder=folder).strip() for each in (shared, python)}
    (Path(packages[python]) / "shared.pth").write_text(packages[shared], encoding="utf-8")
    wheel = build_wheel(copied_tree(folder), folder)
    run(
        *(shared, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel),
        folder=folder,
    )
    return python


@pytest.fixture(scope="module")
def ten_lines() -> str:
    """The page's first test, as printed."""
    (lines,) = re.findall(r"^```python\n(from alipay.*?)^```$", TESTING, re.DOTALL | re.MULTILINE)
    return str(lines)


def test_the_ten_lines_are_green_where_only_the_wheel_is_installed(
    clean: Path, ten_lines: str, tmp_path: Path
) -> None:
    assert len([line for line in ten_lines.splitlines() if line]) <= 10
    (tmp_path / "test_my_till.py").write_text(ten_lines, encoding="utf-8")
    said = run(clean, "-m", "pytest", "-q", "--durations=0", "-vv", folder=tmp_path)
    assert "1 passed" in said
    ours = run(clean, "-c", "import ledger, pos, wallet; print(pos.__file__)", folder=tmp_path)
    assert Path(ours).is_relative_to(clean.parents[1])
    told = [line for line in said.splitlines() if "setup" in line or "passed" in line]
    sys.stdout.write("\n".join(told) + "\n")


def test_every_example_is_green_side_by_side(clean: Path, ten_lines: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", TESTING, re.DOTALL | re.MULTILINE)
    assert blocks[0] == ten_lines
    (tmp_path / "test_my_till.py").write_text("\n\n".join(blocks), encoding="utf-8")
    said = run(clean, "-m", "pytest", "-v", "-n", "2", folder=tmp_path)
    assert f"{''.join(blocks).count('def test_')} passed" in said
    assert {"[gw0]", "[gw1]"} <= set(said.split())


def test_what_the_fixture_has_is_what_the_page_says(qrpay: Play) -> None:
    rows = dict(re.findall(r"^\| `(\w+)(?:\(.*?\))?` \| (.*) \|$", TESTING, re.MULTILINE))
    public = {name for name in dir(qrpay) if not name.startswith("_")}
    assert set(rows) == public
    for account in ("alipay", "antom", "wechatpay"):
        for name in re.findall(r"`(\w+)`", rows[account]):
            assert getattr(getattr(qrpay, account), name)


def test_no_page_takes_qrpay_from_a_package_index_where_it_is_not() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    taken = re.compile(r"pipx? install (?:\S+ )*qrpay\b(?!\[)")
    assert [page.name for page in pages if taken.search(page.read_text("utf-8"))] == []


def test_every_fault_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| (.*) \|$", FAULTS, re.MULTILINE)
    assert rows == [(kind.label, kind.what) for kind in FaultKind]


def test_every_address_of_the_control_api_has_its_row() -> None:
    rows = re.findall(r"^\| `([A-Z]+ [^`]+)` \| \S", SANDBOX, re.MULTILINE)
    named = [*Steering.__new__(Steering).addresses(), *Stories.__new__(Stories).addresses()]
    assert [row.partition("{")[0] for row in rows] == [each.partition("<")[0] for each in named]


def test_magic_amounts_and_codes_are_one_table_and_it_is_the_codes_own() -> None:
    table = FAULTS.partition("| typed | what happens |\n|---|---|\n")[2].partition("\n\n")[0]
    amounts = [
        f"| amount {amount // 100}.{amount % 100:02} | `{fault.kind.label}`{_late(fault)} |"
        for amount, fault in AMOUNTS.items()
    ]
    codes = [f"| code …`{code.number:02}` | {code.what} |" for code in MagicCode]
    assert table.splitlines() == amounts + codes


def _late(fault: Fault) -> str:
    return f" by {fault.delay_ms // SECOND} s" if fault.delay_ms else ""


def test_every_point_of_the_checklist_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| (.*) \| (.*) \|$", CHECKLIST, re.MULTILINE)
    assert rows == [(point.label, point.right, point.provoke) for point in Point]


@pytest.mark.parametrize("word", ["merchant", "order_no", "call", "payer", "event"])
def test_every_word_for_whom_it_concerns_is_explained(word: str) -> None:
    assert f"| `{word}` |" in FAULTS
