"""Rules about what is shown and scanned: QR codes, pictures of them, payment codes."""

from __future__ import annotations

from ledger.protocol.errors import (
    Forbidden,
    Gone,
    Malformed,
    TooLarge,
    TooMany,
    Unprocessable,
    Unsupported,
)

# What a code says; the order of the checks stands in ledger.protocol.merchant_qr


class QrError(Unprocessable):
    """The code can't be accepted."""


class QrTooLong(QrError):
    """A code has at most 512 characters (EMVCo MPM 4.1, CPM 4.1)."""


class QrSyntax(QrError):
    """A code is made of whole data objects: identifier, length, value (EMVCo MPM 3.2, CPM 3.1)."""


class QrDuplicateTag(QrError):
    """An ID may occur once at the root and once in a template (EMVCo MPM 4.3.1.2, CPM 5.1.10)."""


class QrTagOrder(QrError):
    """Some data objects have their place: 00 first, 63 last; a signed code ends with 80, 81, 63."""


class QrCrcMismatch(QrError):
    """The CRC does not fit the code: it was misread or altered (EMVCo MPM 4.7.3)."""


class QrField(QrError):
    """A data object is missing or breaks the rule of its field (EMVCo MPM 4.7)."""


class QrForeign(QrError):
    """The code is not of this scheme."""


class QrVersionUnsupported(QrError):
    """The code is of a profile version that is not known here."""


class QrLinkFormat(QrError):
    """A link carries exactly 132 characters of canonical base64url behind ``/p#``."""


class QrUnsigned(QrError):
    """Every merchant of this scheme signs its codes, so an unsigned one is nobody's."""


class QrSignatureInvalid(QrError):
    """The code's signature does not hold: it was altered or not made by this merchant."""


class QrIssuedInFuture(QrError):
    """The code claims to be issued in the future."""


class QrLifetimeTooLong(QrError):
    """A dynamic code lives for at most 300 seconds."""


class QrExpired(Gone):
    """The code is no longer valid."""


class QrOrderMismatch(QrError):
    """The code and the payment request it points to differ."""


class QrNotPayable(QrError):
    """The code is well formed, but is not something this wallet can pay."""


class OfferNeeded(Unprocessable):
    """What the payer pays is not simply the price: claim the code first, and agree to the offer."""


class QrAmbiguous(QrError):
    """The picture shows more than one code."""


class ImageTooLarge(TooLarge):
    """A picture may have at most 2 MiB."""


class ImageTypeUnsupported(Unsupported):
    """A picture must be a PNG or a JPEG file."""


class ImagePixels(Unprocessable):
    """A picture may have at most 16 megapixels and 8192 pixels a side."""


class ImageUnreadable(Unprocessable):
    """The picture is damaged or no code can be read in it."""


# Payment codes


class AuthCodeFormat(Malformed):
    """A payment code has 18 or 24 digits and a known prefix."""


class PaymentAuthCodeInvalid(Forbidden):
    """The payment code is unknown, used or expired (one answer for all three)."""


class PaymentCodeExpected(Unprocessable):
    """A till reads the payment code that a payer shows; this is another kind of code."""


class TooManyAttempts(TooMany):
    """Too many wrong payment codes came from this merchant."""
