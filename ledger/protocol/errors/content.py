"""Rules about bytes: JSON, fields, amounts and pictures as they arrive."""

from __future__ import annotations

from ledger.protocol.errors import (
    CallerError,
    Conflict,
    Malformed,
    NotFound,
    TooLarge,
    Unprocessable,
    Unsupported,
)

# Bytes, JSON, fields


class JsonSyntax(Malformed):
    """The body must be one JSON value (RFC 8259)."""


class JsonDuplicateKey(Malformed):
    """A JSON object must name each member once."""


class JsonTooDeep(Malformed):
    """The JSON is nested deeper than any message of ours."""


class JsonNumber(Malformed):
    """A JSON number must be an integer of at most 20 digits."""


class Encoding(Malformed):
    """Text must be valid UTF-8."""


class UnknownField(Malformed):
    """The request has a field that this operation does not know."""


class FieldMissing(Malformed):
    """A required field is missing."""


class FieldFormat(Malformed):
    """A field has the wrong type or form."""


class IdentifierFormat(Malformed):
    """The identifier is not of the form this place expects."""


class MessageFormat(Malformed):
    """The signed text is not in the one canonical form of its message type."""


class TextCharacter(Unprocessable):
    """Text must not contain control, bidirectional or unassigned characters."""


class StatementFormat(Malformed):
    """A statement's file has lines that can't be read."""


class StatementInconsistent(Unprocessable):
    """A statement's totals must be the sums of its lines, and net is amount less fee."""


class ContentTypeUnsupported(Unsupported):
    """The content type is not one that this operation reads."""


class BodyTooLarge(TooLarge):
    """The body is larger than this operation reads."""


class RouteNotFound(NotFound):
    """There is no such address."""


class MethodNotAllowed(CallerError):
    """The address exists, but not for this method."""

    status = 405


# Money


class AmountFormat(Malformed):
    """An amount must be written in the one strict form of its place."""


class AmountScale(Unprocessable):
    """An amount must not have more decimals than its currency."""


class AmountOutOfRange(Unprocessable):
    """An amount must lie between 1 and 10^11 minor units."""


class CurrencyUnsupported(Unprocessable):
    """The currency is not one that money can be held in here."""


class CurrencyMismatch(Unprocessable):
    """Amounts of different currencies can't be combined or compared."""


class RefundTooSmall(Conflict):
    """A refund from which nobody would get anything back is none: ask for more at once."""
