"""Rules of WeChat Pay's API v2, and of the bills of both its APIs."""

from __future__ import annotations

from ledger.protocol.errors import Forbidden, Gone, Malformed, NotFound, Unauthentic
from ledger.protocol.errors.checkout import OrderState


class XmlSyntax(Malformed):
    """The body must be one XML element whose children hold text (XML 1.0)."""


class XmlForbidden(Malformed):
    """The XML must not bring a document type, entities or processing instructions."""


class XmlTooDeep(Malformed):
    """The XML is nested deeper than a list of named values."""


class XmlDuplicateField(Malformed):
    """A field must be named once."""


class TimeDigits(Malformed):
    """A time is fourteen digits of China's clock, a day eight."""


class SignTypeUnknown(Malformed):
    """What is signed by a shared key is signed by MD5 or HMAC-SHA256."""


class Md5Refused(Unauthentic):
    """A signature by MD5 is taken only from merchants who asked for it."""


# Calls and orders


class PostRequired(Malformed):
    """Every call of the API is a POST."""


class BodyMissing(Malformed):
    """A call brings an XML document."""


class OrderIsClosed(OrderState):
    """The order was closed; sell under another number."""


class OrderIsReversed(OrderState):
    """The order was reversed; sell under another number."""


class ReversalTooLate(Gone):
    """A payment by payment code can be reversed for seven days; afterwards it can be refunded."""


class RefundUnknown(NotFound):
    """There is no such refund of this merchant."""


class BillTypeUnknown(Malformed):
    """The bill that is asked for is none of the API's."""


class BillNotMade(NotFound):
    """A bill is made when its day is over in China."""


class BillEmpty(NotFound):
    """Nothing happened on this day that would stand in the bill."""


class BillTokenStale(Malformed):
    """A bill is downloaded within five minutes, by the address that was given."""


class BillTokenForeign(Forbidden):
    """A bill is downloaded by whom its address was given to."""
