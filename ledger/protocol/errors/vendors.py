"""Rules about merchants as vendors know them."""

from __future__ import annotations

from ledger.protocol.errors import Conflict, NotFound


class VendorAccountNotFound(NotFound):
    """No merchant is known by this vendor's number."""


class VendorAccountExists(Conflict):
    """A merchant is known by this vendor's number already."""
