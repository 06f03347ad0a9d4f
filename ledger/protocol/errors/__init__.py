"""Every way a step of the checkout can be refused, as one tree.

    QrpayError
    ├── CallerError            the caller broke a rule: change the request, then try again (4xx)
    │   ├── Malformed      400 the bytes are not a message of ours
    │   ├── Unauthentic    401 nobody can tell who sent it, or it was altered
    │   ├── Forbidden      403 known sender, not allowed
    │   ├── NotFound       404 no such thing, or not yours (the two are told alike on purpose)
    │   ├── Conflict       409 the rule depends on what happened before
    │   ├── Gone           410 it was right once, its time is over
    │   ├── TooLarge       413 more bytes than this place reads
    │   ├── Unsupported    415 a kind of content this place does not read
    │   ├── Unprocessable  422 well formed, but a rule of the content is broken
    │   ├── Locked         423 closed until something else happens
    │   └── TooMany        429 slow down
    ├── ServiceError           our fault, the request may be repeated (5xx)
    └── OutcomeUnknown         it may have happened: query, never start anew

The kinds stand here; the rules themselves, one class each, stand by subject: ``content`` (bytes,
JSON, fields, money), ``trust`` (keys and signatures), ``codes`` (what is shown and scanned),
``checkout`` (payments, parties, shop and wallet), ``guests`` (play money, wallets in browsers),
``privacy`` (forgetting), ``service`` (our own failures, stores, addresses and certificates),
``vendors`` (their accounts and orders), ``wechatpay`` and ``wechatpay_v2`` (what only that vendor's
APIs have), ``sandbox`` (what can be asked of one).

A class is named after the broken rule. Its ``code`` is that name in upper snake case
(``RefundExceedsCaptured`` -> ``REFUND_EXCEEDS_CAPTURED``) and is part of the API; its docstring is
the sentence people read as the problem's title; ``status`` is the HTTP status a native face answers
with (RFC 9110, section 15), ``retry_after_s``, where there is one, the time to wait first.
``detail`` says what was found in this one case.

    >>> from ledger.protocol.errors.checkout import RefundExceedsCaptured
    >>> raise RefundExceedsCaptured("asked 70.00 EUR, 20.00 EUR is left")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.RefundExceedsCaptured: asked 70.00 EUR, 20.00 EUR is left
    >>> RefundExceedsCaptured.code, RefundExceedsCaptured.status
    ('REFUND_EXCEEDS_CAPTURED', 409)
"""

from __future__ import annotations

import re
from typing import ClassVar


class QrpayError(Exception):
    """Something went wrong in a checkout."""

    code: ClassVar[str]
    status: ClassVar[int] = 500
    retry_after_s: ClassVar[int | None] = None

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title())
        self.detail = detail

    @classmethod
    def title(cls) -> str:
        """Give the broken rule as one sentence: the first line of the class's docstring."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


# --- The kinds ----------------------------------------------------------------------------------


class CallerError(QrpayError):
    """The request breaks a rule; repeated unchanged it will be refused again."""

    status = 400


class Malformed(CallerError):
    """The bytes are not a message of this protocol."""


class Unauthentic(CallerError):
    """The sender or the integrity of the message can't be proven."""

    status = 401


class Forbidden(CallerError):
    """The sender is known and may not do this."""

    status = 403


class NotFound(CallerError):
    """There is no such thing for this caller."""

    status = 404


class Conflict(CallerError):
    """The request does not fit what happened before."""

    status = 409


class Gone(CallerError):
    """It was valid once and is no longer."""

    status = 410


class TooLarge(CallerError):
    """The request has more bytes than are read here."""

    status = 413


class Unsupported(CallerError):
    """The content is of a kind that is not read here."""

    status = 415


class Unprocessable(CallerError):
    """The request is well formed, but its content breaks a rule."""

    status = 422


class Locked(CallerError):
    """The thing is closed until something else happens."""

    status = 423


class TooMany(CallerError):
    """Too many attempts in too short a time."""

    status = 429
    retry_after_s = 60


class ServiceError(QrpayError):
    """The service failed; the same request may be sent again."""


class OutcomeUnknown(QrpayError):
    """Whether it happened is not known: query the outcome, do not start a new payment."""

    status = 504
