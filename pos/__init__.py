"""The till: what a shop runs. It shows or reads a code, and ends each sale in a known state.

Reading order: ``collect`` (the heart: how a payment is collected, as a machine without input or
output), ``till`` (a sale and its states), ``goods`` (catalogue and basket), ``codes`` (what is
shown and what is read), ``acquirers`` (who collects the money, behind one port), ``counter`` (what
happens at the counter, one file each), ``store`` (the till's own memory), ``web`` (the JSON API),
``app`` (how the parts are put together).

It sees ``ledger.protocol`` (the rules), ``ledger.client`` (the provider's SDK) and ``ledger.kit``
(plumbing), nothing else of the ledger, and nothing of ``wallet``.
"""
