"""The provider's books and decisions: who pays whom, and what is booked for it.

No web, no SQL, no clock, no randomness in here: time comes in as ``now``, identifiers as ``ids``,
the store as ``books``. Every operation is one keyword-only function, in this order: has it been
answered before, the guards (one a line, each raising its own rule), the lifecycle, the journal,
what the parties are told, the answer.

Reading order:

* ``records``: what is kept, as frozen dataclasses, by subject;
* ``ports``: what a store has to offer (``Store``, ``Books``);
* ``books``: accounts, the journal that sums to zero, exchange rates, play money;
* ``parties``: merchants, terminals, payers, devices and their keys;
* ``checkout``: a payment from the merchant's request to its end;
* ``returns``: giving back, wholly or in part;
* ``notices``: receipts and notifications;
* ``queries``, ``limits``: looking up, saying no;
* ``idempotency``: the same request never happens twice.
"""
