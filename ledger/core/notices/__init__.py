"""What the parties are told: ``receipts`` (signed, for ever), ``notifications`` (signed, pushed).

Live events, which only say that something changed, are added by ``ledger.core.checkout.progress``.
"""
