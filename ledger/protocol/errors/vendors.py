"""Rules about merchants as vendors know them, about shares, and tills that work with vendors."""

from __future__ import annotations

from ledger.protocol.errors import Conflict, NotFound, Unprocessable
from ledger.protocol.errors.checkout import OrderState


class VendorAccountNotFound(NotFound):
    """No merchant is known by this vendor's number."""


class VendorAccountExists(Conflict):
    """A merchant is known by this vendor's number already."""


# Sharing a payment with other merchants


class ReceiverUnfit(Unprocessable):
    """A receiver is another merchant, whose money is of the same currency."""


class ReceiverNotBound(Unprocessable):
    """Only who was bound as a receiver before gets a share."""


class NotShareable(OrderState):
    """Only a payment that is paid, and was not given back whole, can be shared."""


class ShareExceedsLeft(Conflict):
    """No more can be shared than fee, refunds and earlier shares have left of the payment."""


class ShareNumberReused(Conflict):
    """This number stands for another share of the payment."""


class ShareBackExceeds(Conflict):
    """No more of a share comes back than its receiver has of it, nor more than is refunded."""


# At a till


class CodesAreIssued(Conflict):
    """This till's acquirer issues the codes, so none is shown without asking it."""


class DepositsNotTaken(Conflict):
    """This till's acquirer holds no deposits."""


class ReportNotMade(NotFound):
    """A report is made when its day is over, or its batch was paid out."""
