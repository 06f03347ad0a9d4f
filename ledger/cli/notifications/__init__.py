"""``qrpay ledger notifications``: what merchants are told, and what they answered.

* ``telling``: a notification as the ledger's notifier would send it now, without a ledger;
* ``commands``: ``list``, ``show`` and ``resend``.
"""
