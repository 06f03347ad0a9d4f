"""The address a merchant wants to be told at: http or https, without a query (API v2 and v3).

>>> require_notify_url("http://127.0.0.1:9000/notify")
'http://127.0.0.1:9000/notify'
>>> require_notify_url("http://127.0.0.1:9000/notify?shop=1")
Traceback (most recent call last):
...
ledger.protocol.errors.wechatpay.NotifyUrlFormat: http://127.0.0.1:9000/notify?shop=1
"""

from __future__ import annotations

from urllib.parse import urlsplit

from ledger.protocol.errors.wechatpay import NotifyUrlFormat

_SHOWN = 100


def require_notify_url(url: str) -> str:
    """Give back an address without query, or raise ``NotifyUrlFormat``; none at all is none."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotifyUrlFormat(url[:_SHOWN]) from error
    is_plain = url.isascii() and url.isprintable() and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain:
        raise NotifyUrlFormat(url[:_SHOWN])
    return url
