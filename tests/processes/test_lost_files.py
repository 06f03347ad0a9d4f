"""Who removes or damages files of one party is told what is missing, and what helps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.cli.sandbox.steering import Sandbox
from tests.processes.services import nothing_left_running, qrpay

UP = ("up", "--detach", "--ledger-port", "0", "--pos-port", "0", "--wallet-port", "0")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which all three have worked, and rest."""
    data = tmp_path_factory.mktemp("used")
    for words in (UP, ("pay", "5"), ("down",)):
        done = qrpay(*words, data=data)
        assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def data(used: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "data"
    shutil.copytree(used, copy)
    with nothing_left_running(copy):
        yield copy
        qrpay("down", data=copy)


DAMAGED = {
    "clock": "FILE_DAMAGED: ",
    "ledger/signing.key": "KEY_FILE_UNUSABLE: signing.key is not 64",
    "pos/till.key": "KEY_FILE_UNUSABLE: till.key is not 64",
    "wallet/service.key": "KEY_FILE_UNUSABLE: service.key is not 64",
}


@pytest.mark.parametrize(("name", "told"), DAMAGED.items())
def test_a_damaged_file_is_named_and_nothing_of_earlier_days_is_shown(
    data: Path, name: str, told: str
) -> None:
    (data / name).write_bytes(b"junk")
    done = qrpay(*UP, data=data)
    assert done.returncode == 3
    assert f"\n  {told}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "duration_ms" not in done.stderr  # a line of a request that was answered before


def test_a_place_for_books_that_nobody_answers_at_is_not_kept(tmp_path: Path) -> None:
    """As the first thing that somebody types, with a wrong port."""
    with nothing_left_running(tmp_path):
        done = qrpay(*UP, "--store", "postgresql://127.0.0.1:1/books", data=tmp_path)
        assert done.returncode == 3
        assert "SERVICE_UNAVAILABLE: the database does not answer" in done.stderr
        for words in (UP, ("pay", "5")):
            done = qrpay(*words, data=tmp_path)
            assert done.returncode == 0, done.stderr
        assert Sandbox(tmp_path).post("reset", books=True)["reset"]
        done = qrpay("pay", "5", data=tmp_path)  # by a till and a wallet that are known still
        assert done.returncode == 0, done.stderr
        qrpay("down", data=tmp_path)
    done = qrpay(*UP, "--store", "postgresql://127.0.0.1:1/books", data=tmp_path)
    assert "are in: file. Choose another folder with --data." in done.stderr


def test_a_till_whose_key_is_gone_is_told_what_helps(data: Path) -> None:
    (data / "pos" / "till.key").unlink()
    done = qrpay(*UP, data=data)
    assert "ENROLMENT_TOKEN_INVALID: it never was one, or" in done.stderr
    assert "`qrpay reset` begins anew" in done.stderr


@pytest.mark.parametrize(
    ("party", "told"), [("ledger", "KEY_UNKNOWN"), ("wallet", "WALLET_NOT_FOUND")]
)
def test_whose_books_or_wallets_are_gone_is_told_what_helps_and_it_does(
    data: Path, party: str, told: str
) -> None:
    for kept in (data / party).glob("*.db*"):
        kept.unlink()
    assert qrpay(*UP, data=data).returncode == 0
    refused = qrpay("pay", "5", data=data)
    assert refused.returncode == 1
    assert told in refused.stderr
    assert "`qrpay reset` begins anew" in refused.stderr
    for words in (("down",), ("reset", "--yes"), UP, ("pay", "5")):
        done = qrpay(*words, data=data)
        assert done.returncode == 0, done.stderr
