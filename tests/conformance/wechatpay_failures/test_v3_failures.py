"""Every documented failure of API v3 is read by unmodified SDKs, their verification on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ledger.protocol.wechatpay_wire.codes.v3 import STATUSES
from tests.conformance.environments import node, node_program, play, python
from tests.conformance.wechatpay_failures import v3
from tests.conformance.wechatpay_failures.failure import Failure, on_demand, script, seen_by
from tests.conformance.wechatpay_failures.stage import Stage, staged

PROGRAMS = Path(__file__).with_name("programs")
CERTIFICATE, PUBLIC_KEY, NODE = "certificate", "public key", "node"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    python("wechatpayv3==2.0.4")  # made before anything leads away from the registry
    node("wechatpay-node-v3@2.2.1")
    with staged(tmp_path, monkeypatch) as begun:
        begun.play.redirect()
        yield begun


Read = tuple[int, str]


def walked(stage: Stage, way: str, failures: Sequence[Failure]) -> Iterator[tuple[Failure, Read]]:
    """Let an SDK's program walk a table; what it read of each failure that it can meet."""
    sdk = v3.NODE if way == NODE else v3.PYTHON
    told = {
        **stage.told(),
        "failures": script(failures, v3.CALLS, sdk, stage.days),
        "public_key_mode": way == PUBLIC_KEY,
    }
    if way == NODE:
        folder = node("wechatpay-node-v3@2.2.1")
        seen = play([node_program(), PROGRAMS / "wechatpay_node_v3_walk.cjs"], told, folder=folder)
    else:
        seen = play([python("wechatpayv3==2.0.4"), PROGRAMS / "wechatpayv3_walk.py"], told)
    assert isinstance(seen, list)
    met = [each for each in failures if sdk in seen_by(each, v3.CALLS)]
    for failure, read in zip(met, seen, strict=True):
        assert read["message"], failure
        yield failure, (read["status"], read["code"])


@pytest.mark.parametrize("way", [CERTIFICATE, PUBLIC_KEY, NODE])
def test_every_failure_that_has_a_cause_here_is_read_by_its_code(stage: Stage, way: str) -> None:
    seen = walked(stage, way, v3.FAILURES)
    wrong = [(told, read) for told, read in seen if read != (told.status, told.code)]
    assert wrong == []


@pytest.mark.parametrize("way", [CERTIFICATE, PUBLIC_KEY, NODE])
def test_every_code_of_every_calls_page_is_read_on_demand(stage: Stage, way: str) -> None:
    seen = walked(stage, way, on_demand(v3.CALLS, v3.CODES))
    wrong = [(told, read) for told, read in seen if read != (STATUSES[told.code], told.code)]
    assert wrong == []
    assert stage.play.faults.list() == []


def test_no_failure_is_told_by_a_code_that_its_calls_page_does_not_have() -> None:
    for failure in v3.FAILURES:
        listed = v3.CODES[failure.call]
        assert failure.code in listed or failure.call == "download", failure
        assert failure.status == STATUSES[failure.code], failure
