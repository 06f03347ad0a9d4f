"""``qrpay trigger`` with what can't be had: it names the events, or who tells them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import Exit, main
from ledger.protocol.messages import NotificationEvent


@pytest.mark.parametrize("face", [(), ("--face", "alipay")], ids=["anybody", "one face"])
def test_an_event_that_there_is_not_is_refused_by_those_there_are(
    face: tuple[str, ...], tmp_path: Path
) -> None:
    refused = CliRunner().invoke(main, ["trigger", "nothing", *face, "--data", str(tmp_path)])
    assert refused.exit_code == Exit.FAILED
    assert "EVENT_UNKNOWN" in refused.stderr
    assert "scenario" not in refused.stderr
    assert all(event in refused.stderr for event in NotificationEvent)


def test_an_event_that_a_face_does_not_tell_is_refused_by_the_faces_that_can(
    tmp_path: Path,
) -> None:
    words = ["trigger", "refund.failed", "--face", "alipay", "--data", str(tmp_path)]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == Exit.FAILED
    assert "EVENT_UNKNOWN" in refused.stderr
    assert "alipay does not tell refund.failed, but wechatpay" in refused.stderr
