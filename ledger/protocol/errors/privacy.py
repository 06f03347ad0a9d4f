"""Rules about forgetting: who can be erased, and what is gone afterwards."""

from __future__ import annotations

from ledger.protocol.errors import Conflict
from ledger.protocol.errors.checkout import OrderState


class PayerErased(OrderState):
    """The payer's account was erased, so nothing can be given back to it."""


class BalanceNotZero(Conflict):
    """A payer with money in the wallet can't be erased: spend it or have it paid out first."""


class DepositHeld(Conflict):
    """A payer for whom a deposit is held can't be erased."""


class Unsettled(Conflict):
    """A payer with a payment that is not settled on all sides can't be erased yet."""


class NotificationForgotten(Conflict):
    """The notification's text is no longer kept; query the payment instead."""
