"""Every documented failure of API v2 is read by wechatpy, unmodified, its own check of signs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ledger.faces.wechatpay_v2.calls.negative import BY_CODE
from tests.conformance.environments import play, python
from tests.conformance.wechatpay_failures import v2
from tests.conformance.wechatpay_failures.failure import Failure, Json, on_demand, script
from tests.conformance.wechatpay_failures.stage import Stage, staged

REQUIREMENTS = ("wechatpy==1.8.18", "cryptography>=45")
PROGRAM = Path(__file__).with_name("programs") / "wechatpy_walk.py"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(tmp_path, monkeypatch) as begun:
        begun.change(md5="yes")  # the SDK's only digest, but for one call
        yield begun


def clients(stage: Stage) -> Json:
    """Who calls: the shop, and under other names those that it is not."""
    account = stage.play.wechatpay
    shop = {"appid": account.appid, "api_key": account.apiv2_key, "mch_id": account.mchid}
    return {
        "": shop,
        "stranger": {**shop, "api_key": "0" * 32},
        "nobody": {**shop, "mch_id": "1"},
        "app": {**shop, "appid": "wx0000000000000000"},
        "provider": {**shop, "sub_mch_id": account.overseas_mchid},
    }


def walked(stage: Stage, failures: Sequence[Failure]) -> Iterator[tuple[Failure, Json]]:
    """Let the SDK's program walk a table; what it read of each failure."""
    days = {**stage.days, **{name: stage.days[name].replace("-", "") for name in ("sold", "today")}}
    told = {
        "shop": stage.told()["shop"],
        "base_url": f"{stage.play.ledger_url}/",
        "clients": clients(stage),
        "failures": script(failures, v2.CALLS, v2.WECHATPY, days),
    }
    seen = play([python(*REQUIREMENTS), PROGRAM], told)
    assert isinstance(seen, list)
    yield from zip(failures, seen, strict=True)


def wrong(seen: Iterator[tuple[Failure, Json]]) -> list[tuple[Failure, Json]]:
    """List what was not read by its code, with a sentence, in the form and under the sign of it."""
    return [
        (failure, read)
        for failure, read in seen
        if read.get("code") != failure.code
        or not read["message"]
        or read["is_communication"] != BY_CODE[failure.code].is_communication
        or read["sign_holds"] == read["is_communication"]
    ]


def test_every_failure_that_has_a_cause_here_is_read_by_its_code(stage: Stage) -> None:
    assert wrong(walked(stage, v2.FAILURES)) == []


def test_every_code_of_every_calls_page_is_read_on_demand(stage: Stage) -> None:
    calls = {name: v2.CALLS[name] for name in v2.OF_ITS_OWN}
    assert wrong(walked(stage, on_demand(calls, v2.CODES))) == []
    assert stage.play.faults.list() == []


def test_no_failure_is_told_by_a_code_that_its_calls_page_does_not_have() -> None:
    assert [each for each in v2.FAILURES if each.code not in v2.CODES[each.call]] == []
