"""Every rule the provider can name is raised as the same rule on this side of the wire."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from ledger.client.refusals import refusal
from ledger.kit.problems import problem_of
from ledger.protocol.errors import (
    CallerError,
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    QrpayError,
    ServiceError,
    Unprocessable,
    checkout,
    codes,
    content,
    guests,
    privacy,
    service,
    trust,
    vendors,
    wechatpay,
)


def rules() -> Iterator[type[QrpayError]]:
    for module in (content, trust, codes, checkout, guests, privacy, service, vendors, wechatpay):
        for found in vars(module).values():
            if isinstance(found, type) and found.__module__ == module.__name__:
                yield found


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: rule.__name__)
def test_each_rule_comes_back_as_itself(rule: type[QrpayError]) -> None:
    body = msgspec.json.encode(problem_of(rule("as found"), "01M803NG4V00000000000000"))
    raised = refusal(rule.status, body)
    assert type(raised) is rule
    assert raised.detail == ("" if issubclass(rule, ServiceError) else "as found")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (410, Gone),
        (422, Unprocessable),
        (418, CallerError),
        (500, ServiceError),
        (503, ServiceError),
        (599, ServiceError),
    ],
)
def test_a_code_that_is_not_known_is_told_by_the_kind_of_its_status(
    status: int, kind: type[QrpayError]
) -> None:
    raised = refusal(status, b'{"code": "MOON_IN_WRONG_PHASE"}')
    assert type(raised) is kind
    assert "MOON_IN_WRONG_PHASE" in raised.detail


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"code": 5}', b'{"code": "X", "detail": 5}', b"\xff"]
)
def test_a_refusal_without_a_reason_is_still_one(body: bytes) -> None:
    assert type(refusal(404, body)) is NotFound
    assert type(refusal(502, body)) is ServiceError
