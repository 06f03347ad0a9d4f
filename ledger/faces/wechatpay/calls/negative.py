"""Failures on request: a caller names by a header what should go wrong, and it does.

``Wechatpay-Negative-Test`` is this sandbox's own; the platform has nothing like it. Its value is

* a code of the vendor's (``SYSTEM_ERROR``, ``FREQUENCY_LIMITED``…): that is the answer, and nothing
  is done;
* ``LOST``: it is done, and the answer is ``SYSTEM_ERROR`` all the same, as when an answer is lost;
* ``SIGNTEST``: it is done, and the answer is signed wrongly, as the platform probes merchants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import flask

from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.calls.codes import CODES, KINDS, SYSTEM_ERROR, USER_PAYING
from ledger.faces.wechatpay.calls.refusals import plain
from ledger.protocol.errors.content import FieldFormat

HEADER = "Wechatpay-Negative-Test"
LOST = "LOST"
PROBE = "SIGNTEST"

BY_CODE = {told.code: told for told in (*CODES.values(), *KINDS, USER_PAYING, SYSTEM_ERROR)}


def played(call: Call, perform: Callable[[], Outcome]) -> Outcome:
    """Do the call, or what its header asks for instead; an unknown word is ``FieldFormat``."""
    asked = flask.request.headers.get(HEADER, "")
    if not asked:
        return perform()
    if asked in BY_CODE:
        return plain(BY_CODE[asked])
    if asked == LOST:
        perform()
        return plain(SYSTEM_ERROR)
    if asked == PROBE:
        return replace(perform(), is_probe=True)
    raise FieldFormat(f"{HEADER}: {asked[:40]} is no failure of {call.account.account_id}")
