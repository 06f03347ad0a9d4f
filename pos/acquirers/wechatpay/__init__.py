"""WeChat Pay as the till's acquirer, by its API v3: orders, payment codes, refunds, bills.

Reading order: ``account`` (the files that the shop was given), ``client`` (a call goes out signed
and its answer is checked), ``acquirer`` (what the till asks, in the platform's words), ``news``
(notifications), ``bills``.
"""
