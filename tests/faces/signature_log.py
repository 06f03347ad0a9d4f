"""What the log says of signatures that do not hold."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest


def listen(caplog: pytest.LogCaptureFixture) -> None:
    """Let the log be written."""
    caplog.set_level(logging.INFO, "qrpay.request")


def explained(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The only line that explains a signature."""
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    (line,) = [line for line in lines if "why" in line]
    assert line["request_id"] in {each["request_id"] for each in lines if "status" in each}
    return dict(line)
