"""What the core asks of a store: ``Store`` gives units of work, each of which is the ``Books``.

    with store.transaction() as books:      # everything inside is kept, or nothing
        payment = requests.request(books, request=request, now=now)

The books are made of sub-books by subject: ``parties`` (directory), ``payments`` (payments and the
handles behind payment codes), ``spending`` (sums and limits), ``journal`` (accounts and entries),
``chain`` (links over the entries, heads of days), ``notices`` (receipts, outbox, events, replies,
nonces). The methods are plain: find one, list some, add one, replace one. What may follow what is
decided in the core; a store's own constraints are the last guard, and where one of them speaks the
store raises ``InvariantBroken``.

Two ways of storing them exist so that this is a real port: see ``ledger.store``.
"""

from __future__ import annotations

from ledger.core.ports.store import Books, Store

__all__ = ["Books", "Store"]
