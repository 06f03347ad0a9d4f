"""WeChat Pay's API v3: programs written against WeChat Pay work against these books, unchanged.

What is spelled how stands in ``ledger.protocol.wechatpay_wire``; this package serves it and decides
nothing about money. Reading order:

* ``routes``: the table of addresses, with who answers;
* ``reception``: who signed a call, checked in the platform's sequence and explained when wrong;
* ``desk``: one call from its bytes to its signed answer;
* ``answering``: how an answer is signed, by a key of ``ledger.core.vendors.wechatpay``;
* ``codes``: our errors in the vendor's words;
* ``bodies``: what a caller sends; ``mapping``: what it is told;
* ``handlers``: one function an operation;
* ``announcer``: notifications; ``keys``: the platform's keys; ``served``: the face as a whole.

Where the vendor's documentation leaves a question open, ``docs/use/wechatpay.md`` says what is done
here.
"""

from __future__ import annotations

from ledger.faces.wechatpay.served import served

__all__ = ["served"]
