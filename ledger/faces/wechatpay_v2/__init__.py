"""WeChat Pay's API v2: programs that speak its XML work against these books, unchanged.

What is spelled how stands in ``ledger.protocol.wechatpay_v2_wire``; this package serves it and
decides nothing about money. Merchants, orders and refunds are those of API v3. Reading order:

* ``routes``: the table of addresses, with their aliases of the vendor's sandbox;
* ``calls``: read, checked and explained, performed once, answered in XML;
* ``fields``: what callers send;
* ``mapping``: what they are told;
* ``handlers``: one function an operation;
* ``announcer``: notifications.

Where the vendor's documentation leaves a question open, ``docs/use/wechatpay-v2.md`` says what is
done here.
"""

from __future__ import annotations

from ledger.faces.wechatpay_v2.routes import served

__all__ = ["served"]
