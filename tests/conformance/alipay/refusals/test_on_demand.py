"""Every code that the reference of a method lists is read by the SDKs, whatever its cause."""

from __future__ import annotations

import pytest

from ledger.protocol.alipay_wire.codes import BY_METHOD, codes_of
from tests.conformance.alipay.refusals.legs import LEGS, offered, spelled
from tests.conformance.alipay.refusals.stage import Stage

CONTENT = {"out_trade_no": "A1"}


@pytest.mark.parametrize("leg", LEGS)
def test_every_code_that_a_method_lists_is_what_an_sdk_reads(stage: Stage, leg: str) -> None:
    listed = [
        (method, code)
        for method in BY_METHOD
        if offered(leg, method)
        for code in sorted(codes_of(method))
    ]
    stage.asking.codes.extend(code for _, code in listed)
    read = stage.refused(leg, [(method, CONTENT) for method, _ in listed])
    met = [(method, code) for (method, _), code in zip(listed, read, strict=True)]
    assert met == [(method, spelled(leg, code)) for method, code in listed]
