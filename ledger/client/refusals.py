"""From a problem document back to the error class that it names.

The provider answers a broken rule with ``code``; here that code becomes the same exception that the
provider raised, so a till's code reads alike on both sides of the wire. A code that this version
does not know is told by the kind its status stands for: newer rules are still refusals.

    >>> refusal(409, b'{"code": "ORDER_ALREADY_PAID", "detail": "at 12:00"}')
    OrderAlreadyPaid('at 12:00')
    >>> refusal(503, b'{"code": "SERVICE_UNAVAILABLE", "detail": "store"}')
    ServiceUnavailable('store')
    >>> refusal(409, b'{"code": "MOON_IN_WRONG_PHASE", "detail": "wait"}')
    Conflict('MOON_IN_WRONG_PHASE: wait')
    >>> refusal(502, b'<html>')
    ServiceError('the provider answered 502 without a reason')
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.protocol import errors, strict_json
from ledger.protocol.errors import (
    CallerError,
    QrpayError,
    ServiceError,
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

_SUBJECTS = (content, trust, codes, checkout, guests, privacy, service, vendors, wechatpay)
_SERVER_ERRORS_FROM = 500


def _below(kind: type[QrpayError]) -> Iterator[type[QrpayError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _below(subclass)


_NAMES = {name for module in (errors, *_SUBJECTS) for name in vars(module)}
_BY_CODE = {each.code: each for each in _below(QrpayError) if each.__name__ in _NAMES}
_BY_STATUS = {
    kind.status: kind
    for kind in _below(CallerError)
    if kind.__module__ == errors.__name__ and kind is not CallerError
}


def refusal(status: int, body: bytes) -> QrpayError:
    """Make the error that a problem document of this status names."""
    try:
        problem = strict_json.load_object(body)
    except QrpayError:
        problem = {}
    code, detail = problem.get("code"), problem.get("detail", "")
    if not isinstance(code, str) or not isinstance(detail, str):
        return _kind(status)(f"the provider answered {status} without a reason")
    return named(status, code, detail)


def named(status: int, code: str, detail: str) -> QrpayError:
    """Make the error of this name, which came with this status and detail."""
    known = _BY_CODE.get(code)
    return _kind(status)(f"{code}: {detail}") if known is None else known(detail)


def _kind(status: int) -> type[QrpayError]:
    if status >= _SERVER_ERRORS_FROM:
        return ServiceError
    return _BY_STATUS.get(status, CallerError)
