"""The weather on the network, by dice: which faults there are today, and how often they strike.

Each seed has a weather of its own. Some faults are switched off altogether, so that what the others
do to each other is not drowned ("swarm testing"; FoundationDB's simulator does it likewise).
"""

from __future__ import annotations

from random import Random

from tests.journeys.network import Fault, Hop, Sent

CALM, STORM = 0.05, 0.45
TROUBLE = [fault for fault in Fault if fault is not Fault.NONE]


class Weather:
    """A plan for the network: the same seed, the same faults, as long as the calls are the same."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._today = dice.sample(TROUBLE, dice.randint(1, len(TROUBLE)))
        self._rate = {hop: dice.uniform(CALM, STORM) for hop in Hop}

    def __call__(self, sent: Sent) -> Fault:
        """Throw the dice for one request."""
        if self._dice.random() >= self._rate[sent.hop]:
            return Fault.NONE
        return self._dice.choice(self._today)
