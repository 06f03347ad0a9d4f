"""A line for each request, once and in one form, whatever else logs in the process."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from ledger.kit.web import request_log
logging.basicConfig(level=logging.INFO)  # as libraries do when they are imported
request_log.to_standard_error()
line = request_log.Line("pos", "R1", "GET", "/health", [], 200, "", request_log.in_ms(0.0012))
request_log.write(line)
"""


def test_a_library_that_sets_up_a_log_for_everybody_does_not_repeat_our_lines() -> None:
    ran = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    (line,) = ran.stderr.splitlines()
    assert json.loads(line)["duration_ms"] == 1.2
