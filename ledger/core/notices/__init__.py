"""What the parties are told: ``receipts`` (signed, for ever), ``notifications`` (signed, pushed).

``attempts`` keeps how often a notification was tried, and what was answered.

Live events, which only say that something changed, are added by ``ledger.core.checkout.progress``.
"""
