"""WeChat Pay's API v2 as it is written on the wire: flat XML, signed with a key that both know.

Pure spelling, for both ends. Nothing here knows a payment. Sources are the public pages of
pay.weixin.qq.com on API v2 (interface rules, signature algorithm) and its published SDKs. Reading
order:

* ``documents``: one level of XML, read so that it can't attack, written as SDKs expect;
* ``signatures``: MD5 or HMAC-SHA256 over the sorted fields;
* ``explain``: why a signature does not hold, with both texts and their first difference;
* ``refund_seal``: what a refund's notification hides;
* ``values``: amounts and times.

Version 2's numbers of payments and refunds are those of version 3 (``wechatpay_wire.numbers``).
"""
