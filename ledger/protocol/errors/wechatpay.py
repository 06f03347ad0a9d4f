"""Rules of WeChat Pay's API v3 that no rule of our own says already."""

from __future__ import annotations

from ledger.protocol.errors import Malformed, Unauthentic


class AuthorizationFormat(Unauthentic):
    """The Authorization header is missing, or lacks one of its five named values."""


class AuthorizationScheme(Unauthentic):
    """Calls are signed by WECHATPAY2-SHA256-RSA2048."""


class SealBroken(Unauthentic):
    """What was encrypted can't be opened by this key, or was altered."""


class TimeFormat(Malformed):
    """A time is written as RFC 3339 says, with its offset from UTC."""
