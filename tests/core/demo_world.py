"""A small world to try the core in: two shops, five payers, fixed keys, a clock that stands still.

``World`` holds a store and knows how tills and wallets would speak to the ledger, so that a test
says only what it is about:

    world = World()
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    captured = world.authorise(payment, "li-wei")
"""

from __future__ import annotations

from tests.core.ground import EUR, FUNDS, KIOSK, NOON, SHOP, seeded_key, shop
from tests.core.phones import Phones

__all__ = ["EUR", "FUNDS", "KIOSK", "NOON", "SHOP", "World", "seeded_key", "shop"]


class World(Phones):
    """A ledger with the demo parties, and tills and phones that speak to it correctly."""
