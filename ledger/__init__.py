"""The payment provider: it keeps the books, decides who pays whom, and publishes the rules.

Three doors are open to the other parties; everything else in here is private to the provider:

* ``ledger.protocol``: the rules of the scheme, pure (no input or output, no clock);
* ``ledger.client``: the provider's SDK, how to call its native API;
* ``ledger.kit``: the plumbing each party is built with (clock, randomness, web, embedded store).

Read ``ledger.protocol`` first, then ``ledger.core``, ``ledger.store`` and ``ledger.faces``.
"""
