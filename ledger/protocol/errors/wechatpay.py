"""Rules of WeChat Pay's API v3 that no rule of our own says already."""

from __future__ import annotations

from ledger.protocol.errors import Conflict, Forbidden, Malformed, NotFound, Unauthentic

# How a call is written


class AuthorizationFormat(Unauthentic):
    """The Authorization header is missing, or lacks one of its five named values."""


class AuthorizationScheme(Unauthentic):
    """Calls are signed by WECHATPAY2-SHA256-RSA2048."""


class HeaderMissing(Malformed):
    """Every call names its User-Agent and what it accepts."""


class SealBroken(Unauthentic):
    """What was encrypted can't be opened by this key, or was altered."""


class TimeFormat(Malformed):
    """A time is written as RFC 3339 says, with its offset from UTC."""


class NotifyUrlFormat(Malformed):
    """Notifications go to an http or https address without a query."""


# Who calls, and for whom


class MchidMismatch(Malformed):
    """The merchant number of a call is the one that signed it."""


class AppidNotBound(Malformed):
    """An app id is used by the merchants it is bound to."""


class SubMerchantUnknown(Forbidden):
    """A service provider acts for its own sub-merchants."""


class NotOverseas(Forbidden):
    """The overseas addresses are for merchants of other countries than China."""


class NoPlatformCertificate(NotFound):
    """This merchant verifies by the platform's public key and has no platform certificate."""


# Orders and refunds


class OpenidMissing(Malformed):
    """A payment inside of WeChat names its payer."""


class ReentryDiffers(Conflict):
    """The same order number again means the same order, with the same parameters."""


class NotClosable(Conflict):
    """An order by payment code is reversed, not closed."""


class NotReversible(Conflict):
    """Only an order by payment code is reversed."""


class RefundedOrderUnknown(NotFound):
    """A refund names an order of the shop's; the calls of refunds have a code of their own."""


class RefundTotalDiffers(Conflict):
    """A refund repeats what its order was paid with, and a repeated refund its own amount."""


class OverseasRefundNumber(Conflict):
    """Overseas a refund number that stands for another refund has a code of its own."""


class RefundTooOften(Conflict):
    """An order is given back in at most fifty parts."""


class RefundPoolEmpty(Forbidden):
    """Overseas a refund is paid from what came in on the same day and was not converted yet."""


class RefundNotAbnormal(Conflict):
    """Only a refund that did not arrive is given back another way."""
