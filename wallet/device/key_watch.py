"""Ask for the provider's keys when the service starts and once a day, though nobody pays.

A new key of the provider's is believed if an answer told of it that a known one signed
(``knowledge``). It is announced a day before it signs; a service in which nobody scanned meanwhile
would believe no answer any more. Keys are anybody's to ask for, and an answer is signed to whatever
signature the question bore. So the question is signed by a key of the moment, which nobody
knows: no wallet has to be unlocked for it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.protocol.instants import DAY
from ledger.protocol.signing import Algorithm, PrivateKey
from wallet.device.knowledge import NO_ANSWER, Knowledge
from wallet.device.phone import Connect

ASK_AGAIN_MS: Final = DAY
LOOK_EVERY_S: Final = 60.0
"""How often the clock is looked at, and how soon who got no answer asks again."""

_SEED_BYTES: Final = 32


class KeyWatch:
    """Keeps what is known of the provider's keys from growing old."""

    def __init__(
        self, knowledge: Knowledge, connect: Connect, clock: Clock, entropy: Entropy
    ) -> None:
        self._knowledge = knowledge
        self._connect = connect
        self._clock = clock
        self._entropy = entropy
        self._has_asked = False

    def look(self) -> bool:
        """Ask if it is time to; gives False, since there is no more of it to do at once.

        Nothing is asked before the first wallet: then there is no key to believe an answer by.
        """
        fetched_at, now = self._knowledge.fetched_at(), self._clock.now()
        if fetched_at is not None and (not self._has_asked or now - fetched_at >= ASK_AGAIN_MS):
            key = PrivateKey.from_seed(Algorithm.ED25519, self._entropy(_SEED_BYTES))
            with suppress(*NO_ANSWER):
                self._knowledge.refreshed(self._connect(key), now=now)
                self._has_asked = True
        return False
