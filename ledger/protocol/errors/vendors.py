"""Rules about merchants as vendors know them, and about tills that work with vendors."""

from __future__ import annotations

from ledger.protocol.errors import Conflict, NotFound


class VendorAccountNotFound(NotFound):
    """No merchant is known by this vendor's number."""


class VendorAccountExists(Conflict):
    """A merchant is known by this vendor's number already."""


# At a till


class CodesAreIssued(Conflict):
    """This till's acquirer issues the codes, so none is shown without asking it."""


class DepositsNotTaken(Conflict):
    """This till's acquirer holds no deposits."""


class ReportNotMade(NotFound):
    """A report is made when its day is over, or its batch was paid out."""
