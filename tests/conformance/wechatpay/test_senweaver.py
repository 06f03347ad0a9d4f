"""PyPI's senweaver-pay, unmodified, sells here in both key regimes; it verifies all answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.environments import play, python
from tests.conformance.wechatpay.stage import MCHID, Stage

REQUIREMENT = "senweaver-pay==0.1.0"
PROGRAM = Path(__file__).with_name("programs") / "senweaver_shop.py"


@pytest.mark.parametrize("public_key_mode", [False, True], ids=["certificate", "public key"])
def test_it_sells_gives_back_and_is_told(
    stage: Stage,
    tmp_path: Path,
    public_key_mode: bool,  # noqa: FBT001
) -> None:
    if public_key_mode:
        stage.sign_by_public_key(MCHID)
    document = {**stage.told(), "public_key_mode": public_key_mode, "folder": str(tmp_path)}
    with stage.redirected() as environment:
        seen = play([python(REQUIREMENT), PROGRAM], document, environment=environment)
    assert isinstance(seen, dict)
    assert seen["paid"]["trade_state"] == "SUCCESS"
    assert seen["refund"]["status"] == "PROCESSING"
    assert seen["told"] == seen["paid"]
    assert seen["altered"] == "InvalidSignException"
