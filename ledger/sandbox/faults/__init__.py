"""What shall go wrong, as data: which kind, whom it concerns, how often, and what came of it.

kinds       the table of everything that can go wrong here
refusals    which calls can be refused by which of a vendor's codes
registry    the faults that are set, and which of them strike a call, a notification, a payer
spoil       alters or takes out a signature, whoever's way of speaking it is
kept        faults in a file
magic       amounts that set a fault by themselves
"""

from __future__ import annotations

from ledger.sandbox.faults.kinds import FaultKind
from ledger.sandbox.faults.registry import Concerned, Fault, Faults

__all__ = ["Concerned", "Fault", "FaultKind", "Faults"]
