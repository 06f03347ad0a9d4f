"""The commands that play stories (``ledger.scenarios``) at the sandbox that is running.

command     ``qrpay scenario list`` and ``run``
trigger     ``qrpay trigger``
"""
