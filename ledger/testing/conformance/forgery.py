"""What is wrong with a forged notification; each dialect knows how to make one so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.protocol.identifiers import PaymentId


class Sealing(StrEnum):
    """How a forged notification is signed."""

    RIGHT = "by the provider"
    NONE = "not at all"
    OTHER_KEY = "by another key"
    BEFORE_THE_CHANGE = "before it was changed"
    PROBE = "by the provider's probe of merchants that don't look"
    OTHER_SECRET = "by the provider, sealed with another merchant's secret"  # noqa: S105 (a description)
    LONG_AGO = "by the provider, an hour ago"


@dataclass(frozen=True)
class Target:
    """The unpaid sale that a forger wants to have for nothing."""

    order_no: str
    payment_id: PaymentId | None
    amount_minor: int


@dataclass(frozen=True)
class Forgery:
    """A notification about ``target`` with something wrong in it; by default, nothing is.

    ``less_minor`` is taken off its amount. ``elsewhere`` names another merchant, ``currency``
    another currency, ``unpaid`` a state that isn't paid.
    """

    target: Target
    sealing: Sealing = Sealing.RIGHT
    less_minor: int = 0
    elsewhere: bool = False
    currency: str = ""
    unpaid: bool = False
