"""How an optional part of qrpay comes to where qrpay runs."""

from __future__ import annotations

import shlex
import sys


def installing(extra: str) -> str:
    """Give the command that adds an extra (``lan``) to the environment that this runs in.

    A bare ``pip`` is whichever is on the path, and Debian's refuses to install anything (PEP 668).
    """
    return shlex.join([sys.executable, "-m", "pip", "install", f"qrpay[{extra}]"])
