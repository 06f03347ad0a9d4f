"""The advice how to install what is missing can be pasted, and does it."""

from __future__ import annotations

import subprocess

from ledger.kit.terminal import installing


def test_what_is_advised_is_taken_by_a_shell_and_means_this_very_qrpay() -> None:
    """``--no-index``: nobody has to look for qrpay itself, nor for what the tests have already."""
    advised = f"{installing('lan')} --dry-run --no-index --disable-pip-version-check"
    done = subprocess.run(  # noqa: S602 - what a person pastes into a shell
        advised, shell=True, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Requirement already satisfied: zeroconf" in done.stdout
