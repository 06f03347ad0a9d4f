"""How Antom (Alipay+ for shops abroad, "AMS") writes things: signatures, amounts, times, numbers.

Source: Antom's in-store documentation and its SDK for Python (``global-open-sdk-python`` 1.7.1),
whose checks the vectors were made with. All leaf values of a body are texts.

* ``signatures``: the string to sign, the header that carries a signature;
* ``explanations``: why a signature does not hold;
* ``values``: amounts in minor units, ISO 8601 times, prices of quotes, payment ids;
* ``reports``: the files of transactions and settlements; ``report_reading`` reads them back.
"""
