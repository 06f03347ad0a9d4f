"""PyPI's senweaver-pay, unmodified, sells here in public-key mode; it verifies all answers.

In certificate mode it asks whether a certificate's text is the name of a file. Linux refuses names
with more than 255 characters between two slashes, so whether that fails is the luck of base64.
"""

from __future__ import annotations

from pathlib import Path

from tests.conformance.environments import play, python
from tests.conformance.wechatpay.stage import MCHID, Stage

REQUIREMENT = "senweaver-pay==0.1.0"
PROGRAM = Path(__file__).with_name("programs") / "senweaver_shop.py"


def test_it_sells_gives_back_and_is_told(stage: Stage, tmp_path: Path) -> None:
    stage.sign_by_public_key(MCHID)
    document = {**stage.told(), "folder": str(tmp_path)}
    with stage.redirected() as environment:
        seen = play([python(REQUIREMENT), PROGRAM], document, environment=environment)
    assert isinstance(seen, dict)
    assert seen["paid"]["trade_state"] == "SUCCESS"
    assert seen["refund"]["status"] == "PROCESSING"
    assert seen["told"] == seen["paid"]
    assert seen["altered"] == "InvalidSignException"
