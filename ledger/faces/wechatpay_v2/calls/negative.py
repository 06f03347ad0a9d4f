"""Failures on request: the header ``Wechatpay-Negative-Test`` of the vendor's own sandbox.

Its value is one of the vendor's cases or of ours
(``ledger.core.vendors.wechatpay.negative_tests``), or an ``err_code``, which then is the answer,
and nothing is done. The vendor's sandbox knows the header below its own addresses only; here it
counts everywhere, since all of this is a sandbox.
"""

from __future__ import annotations

import flask

from ledger.core.vendors.wechatpay import negative_tests
from ledger.core.vendors.wechatpay.negative_tests import HEADER, PROBE, NegativeTest
from ledger.faces.wechatpay_v2.calls.codes import CODES, KINDS, SYSTEM_ERROR, USER_PAYING, Told
from ledger.protocol.errors.content import FieldFormat

BY_CODE = {told.code: told for told in (*CODES.values(), *KINDS, USER_PAYING, SYSTEM_ERROR)}


def wanted() -> Told | NegativeTest:
    """Read what the call at hand asks for; an unknown word is ``FieldFormat``."""
    word = flask.request.headers.get(HEADER, "")
    if word in BY_CODE:
        return BY_CODE[word]
    if word == PROBE:
        raise FieldFormat(f"{HEADER}: the platform sends {PROBE} by API v3 only")
    return negative_tests.read(word)
