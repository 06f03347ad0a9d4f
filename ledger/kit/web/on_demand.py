"""A refusal that a sandbox asks for: which of a vendor's codes the request at hand is to get.

What stands before an app (PEP 3333) writes the code into the request's environment, where nobody
outside of the process can write; a vendor's face looks here before it begins to work.
"""

from __future__ import annotations

from typing import Final

import flask

WANTED_CODE: Final = "qrpay.wanted_code"
"""The name in the environment."""


def wanted_code() -> str:
    """Give the code that this request is to be refused by, empty if none."""
    return str(flask.request.environ.get(WANTED_CODE, ""))
