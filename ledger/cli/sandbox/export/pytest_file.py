"""A payment's story as a test with the ``qrpay`` fixture, which asks the same again.

Calls to the vendors' faces are sent with the bytes they had, at the time they had, so their
signatures hold there as they did; a payer pays what is shown. What can't be asked again is refused:
a payment code lived for its minute on a phone, and natively each till has a key of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ledger.cli.sandbox.export.found import Exchange
from ledger.protocol.errors.sandbox import NotToBeAskedAgain
from ledger.protocol.instants import Instant, to_text

_HEAD: Final = '''"""Order {number} as it went at a sandbox; written by `qrpay export`."""

import re
import urllib.error
import urllib.request

import pytest


def ask(qrpay, method, target, headers, body):
    request = urllib.request.Request(
        qrpay.ledger_url + target, body or None, headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.qrpay(now="{begins}")
def test_order_{name}(qrpay):
'''
_SHOWN: Final = re.compile(r'"(qr_code|code_url|codeValue)"\s*:\s*"')
_SAID: Final = re.compile(r'"(?:trade_status|trade_state|code|resultCode)"\s*:\s*"[^"]+"')
_PAYER: Final = {"wechatpay": "li-wei", "wechatpay_v2": "li-wei"}
_PAID: Final = "payment.paid"


def written(exchanges: Sequence[Exchange], number: str) -> str:
    """Write it; raises ``NotToBeAskedAgain``."""
    begins = exchanges[0].at
    name = re.sub(r"\W+", "_", number).strip("_").lower()
    head = _HEAD.format(number=number, begins=to_text(begins), name=name)
    lines = [line for each in _steps(exchanges, begins) for line in each]
    return head + "".join(f"    {line}\n" for line in [*lines, "qrpay.assert_books_balanced()"])


def _steps(exchanges: Sequence[Exchange], at: Instant) -> Iterator[list[str]]:
    is_paid = False
    for each in exchanges:
        if each.tells and (is_paid or each.name != _PAID):
            continue
        if each.at > at:
            yield [f"qrpay.clock.advance({each.at - at})"]
            at = each.at
        if each.tells:
            is_paid = True
            payer = _PAYER.get(each.face, "anna")
            yield [f'qrpay.wallet("{payer}").pay(code)']
        else:
            yield _asked(each)


def _asked(each: Exchange) -> list[str]:
    if each.face in ("native", ""):
        raise NotToBeAskedAgain("natively each till has a key of its own: record a session instead")
    if re.search(r"auth_code|paymentCode", each.body):
        raise NotToBeAskedAgain("a payment code lived for its minute: record a session instead")
    if each.faults:
        raise NotToBeAskedAgain(f"{', '.join(each.faults)} struck: record a session instead")
    given = f"{each.method!r}, {each.target!r}, {dict(each.headers)!r}, {each.body.encode()!r}"
    lines = [f"status, answer = ask(qrpay, {given})", f"assert status == {each.status}"]
    lines += [f"assert {said!r} in answer" for said in _SAID.findall(each.answer)]
    shown = _SHOWN.search(each.answer)
    if shown:
        pattern = rf'"{shown[1]}"\s*:\s*"([^"]+)"'
        lines.append(f'code = re.search({pattern!r}, answer)[1].replace("\\\\/", "/")')
    return lines
