"""The till in a terminal.

``serve`` is the service itself (``python -m pos serve``). The commands of ``qrpay`` are announced
in ``pyproject.toml`` (entry points ``qrpay.commands``): ``codes`` makes and draws codes without any
service; ``refund`` and ``day_end`` speak to a running till over its API (``service``), as its
screens do.
"""

from __future__ import annotations

from pos.cli.codes import make, show
from pos.cli.serve import program

__all__ = ["make", "program", "show"]
