"""Many payments in one unit of work, with a few statements for all of them.

    gathered = GatheredBooks(books, books.gathering.ahead(wanted))
    for consent in consents:
        with gathered.savepoint():
            ...                             # the very functions that decide on a single payment
    gathered.write()

A payment takes some dozens of small statements, and on a busy day they cost more than all the rest.
``GatheredBooks`` is ``Books`` too, but in memory: what was read ahead is found there; what is
written stays there, seen by the next payment, until ``write`` brings it to the tables, with one
statement for all rows of a table and one change for each account. (An identity map and a unit of
work: Fowler, "Patterns of Enterprise Application Architecture", 2002, chapter 11.)

Nothing of the rules is said twice: both ways run through the same functions, and a test proves that
they leave the same books. Only the frequent is in memory. Whatever else is asked for raises
``NotReadAhead``, and that payment goes by the tables.
"""

from __future__ import annotations

from ledger.core.gathering.books import GatheredBooks, signers_only
from ledger.core.gathering.undo import NotReadAhead

__all__ = ["GatheredBooks", "NotReadAhead", "signers_only"]
