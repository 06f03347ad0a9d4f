"""An error as a caller meets it: a problem document (RFC 9457) that names the broken rule.

    {"type": "https://qrpay.test/problems/REFUND_EXCEEDS_CAPTURED",
     "title": "All refunds together must not exceed what was paid.",
     "status": 409,
     "detail": "asked 70.00 EUR, 20.00 EUR is left",
     "instance": "https://qrpay.test/requests/01M803NG4V00000000000000",
     "code": "REFUND_EXCEEDS_CAPTURED"}

``code`` is what programs go by: the error class's name. ``type`` repeats it as the URI that
RFC 9457 asks for; ``.test`` can never be a real host (RFC 6761): these are names, not addresses.
``instance`` ends in the request's id, by which the service's log knows it. What went wrong inside
the service stays in that log (``detail`` is empty then).
"""

from __future__ import annotations

from typing import Final

from werkzeug.exceptions import HTTPException

from ledger.protocol.errors import CallerError, Malformed, QrpayError, ServiceError
from ledger.protocol.errors.content import (
    BodyTooLarge,
    ContentTypeUnsupported,
    MethodNotAllowed,
    RouteNotFound,
)
from ledger.protocol.errors.service import Internal, ServiceUnavailable
from ledger.protocol.native_wire import Problem

__all__ = [
    "INSTANCE_BASE",
    "MEDIA_TYPE",
    "TYPE_BASE",
    "Problem",
    "as_ours",
    "problem_of",
]

MEDIA_TYPE: Final = "application/problem+json"
TYPE_BASE: Final = "https://qrpay.test/problems/"
INSTANCE_BASE: Final = "https://qrpay.test/requests/"

_BY_STATUS: Final[dict[int, type[QrpayError]]] = {
    400: Malformed,
    404: RouteNotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: ContentTypeUnsupported,
    503: ServiceUnavailable,
}


def as_ours(error: Exception) -> QrpayError:
    """Name the rule behind any exception: ours, the web framework's, or an unexpected one."""
    if isinstance(error, QrpayError):
        return error
    if isinstance(error, HTTPException) and error.code is not None:
        named = _BY_STATUS.get(error.code)
        if named is not None:
            return named()
        if 400 <= error.code < 500:  # noqa: PLR2004 (the class of status codes, RFC 9110, 15.5)
            return CallerError(error.name)
    return Internal()


def problem_of(error: QrpayError, request_id: str) -> Problem:
    """Tell an error of ours as a problem document."""
    return Problem(
        type=TYPE_BASE + error.code,
        title=error.title(),
        status=error.status,
        detail="" if isinstance(error, ServiceError) else error.detail,
        instance=INSTANCE_BASE + request_id,
        code=error.code,
    )
