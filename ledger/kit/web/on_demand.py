"""A refusal that a sandbox asks for: which of a vendor's codes the request at hand is to get.

What stands before an app (PEP 3333) writes the code into the request's environment, where nobody
outside of the process can write; a vendor's face looks here before it begins to work. In the same
place it says that a request is to fail as if the service had (``FAILURE``), which is for Flask.
"""

from __future__ import annotations

from typing import Final

from ledger.kit.web.at_hand import asked

WANTED_CODE: Final = "qrpay.wanted_code"
"""The name of the code in the environment."""

FAILURE: Final = "qrpay.failure"
"""The name of what is true where the request is to fail."""


def wanted_code() -> str:
    """Give the code that this request is to be refused by, empty if none."""
    return str(asked().environ.get(WANTED_CODE, ""))
