"""WeChat Pay as it is written on the wire: texts that are signed, keys, seals, numbers, times.

Pure spelling, for both ends: the provider's faces check what an SDK has signed and sign what it
will check. Nothing here knows a payment. Sources are the public pages of pay.weixin.qq.com on API
v3 (interface rules) and the behaviour of its published SDKs. Reading order:

* ``signed_texts``: the five lines of a request, the three of an answer or a notification;
* ``signatures``: SHA-256 with RSA over such a text (keys: ``ledger.protocol.rsa``), and probes;
* ``authorization``: who signed a request: its header, signed and read;
* ``explain``: why a signature does not hold, with both texts and their first difference;
* ``certificates``: merchants' and the platform's, and the ids of its public keys;
* ``seals``: AES-256-GCM for what the platform sends, RSA-OAEP for names and bank accounts;
* ``page_orders``: what a shop's page or app hands to the wallet;
* ``numbers``, ``times``, ``rates``: the spelling of everything else.

Amounts need nothing of their own: ``ledger.protocol.money.parse_fen`` and ``to_fen``.
"""
