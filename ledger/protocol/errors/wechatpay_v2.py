"""Rules of WeChat Pay's API v2: XML, and signatures by a shared key."""

from __future__ import annotations

from ledger.protocol.errors import Malformed, Unauthentic


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
