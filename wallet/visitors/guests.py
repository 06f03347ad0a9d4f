"""Guests: a wallet in this service for whoever opens a till's link, on any telephone.

A guest's device key is made and kept here, like that of every named wallet (``device.vault``), and
the PIN is the published demo PIN, which the page shows: there is nothing to steal but play money,
and a stranger has to get through the PIN step within seconds. The play money comes from a guest
pass of the provider, one for each currency.

Many strangers are held off in three ways: so many at once in all, so many new ones in a minute, and
who was not here for a day is forgotten, here and at the provider, before somebody new comes in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from ledger.kit.entropy import Entropy
from ledger.protocol import native_api
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.checkout import PinBlocked, PinUsedUp, WalletLocked
from ledger.protocol.errors.guests import GuestsUnwelcome, TooManyGuests
from ledger.protocol.instants import DAY, MINUTE, Instant, later
from ledger.protocol.native_wire import Nothing, PayerView
from wallet import personal
from wallet.device.phone import Phone
from wallet.device.phones import DEMO_PIN, Phones
from wallet.visitors import names
from wallet.visitors.sessions import Sessions

NAME_BYTES: Final = 8
NEW_IN_A_MINUTE: Final = 60
FORGOTTEN_AFTER_MS: Final = DAY
FORGOTTEN_AT_ONCE: Final = 5


class Arrivals:
    """Counts who comes in, so that many strangers can't fill the service within seconds."""

    def __init__(self, most_in_all: int, sessions: Sessions) -> None:
        self._most_in_all = most_in_all
        self._sessions = sessions
        self._lately: deque[Instant] = deque(maxlen=NEW_IN_A_MINUTE)
        self._lock = threading.Lock()

    def admit(self, *, now: Instant) -> None:
        """Count one more stranger, or raise ``TooManyGuests``."""
        with self._lock:
            full = len(self._lately) == NEW_IN_A_MINUTE and now - self._lately[0] < MINUTE
            if full or self._sessions.count() >= self._most_in_all:
                raise TooManyGuests
            self._lately.append(now)


class Guests:
    """The guests' wallets of one service; ``passes`` are the guest passes by currency."""

    def __init__(
        self,
        phones: Phones,
        sessions: Sessions,
        arrivals: Arrivals,
        passes: Mapping[str, str],
        entropy: Entropy,
    ) -> None:
        self._phones = phones
        self._sessions = sessions
        self._arrivals = arrivals
        self._passes = passes
        self._entropy = entropy

    @property
    def currencies(self) -> list[str]:
        """The currencies of play money that there are."""
        return list(self._passes)

    def published_keys(self) -> bytes | None:
        """Give the provider's keys as they are remembered, a JSON Web Key Set."""
        known = self._phones.store.published.key_set()
        return None if known is None else known.body

    def pass_for(self, currency: str, *, now: Instant) -> str:
        """Give the guest pass for a newcomer, who is counted; another currency if it must be.

        Raises ``GuestsUnwelcome``, ``TooManyGuests``.
        """
        if not self._passes:
            raise GuestsUnwelcome
        self.forget_who_left(now=now)
        self._arrivals.admit(now=now)
        return self._passes.get(currency) or next(iter(self._passes.values()))

    def arrive(self, currency: str, *, now: Instant) -> tuple[str, Phone]:
        """Make a stranger a guest: the session's cookie, and the wallet with its play money.

        Raises what ``pass_for`` and ``Phones.enrol`` raise.
        """
        token = self.pass_for(currency, now=now)
        name = names.guest(self._entropy(NAME_BYTES))
        phone = self._phones.enrol(name, token, DEMO_PIN, now=now)
        return self._sessions.begin(name, now=now), phone

    def phone(self, name: str, *, now: Instant) -> Phone:
        """Give a guest's wallet, opened anew after the service was stopped."""
        phone = self._phones.get(name, now=now)
        if not phone.vault.is_unlocked(name):
            with suppress(PinBlocked, PinUsedUp):
                phone.vault.unlock(name, DEMO_PIN, now=now)
        return phone

    def top_up(self, phone: Phone, *, now: Instant) -> PayerView:
        """Fill the play money up; raises ``NoPlayMoney``, ``TooManyTopUps``, ``WalletLocked``."""
        key = phone.ids.body(now)
        return phone.client.call(native_api.TOP_ME_UP, Nothing(), idempotency_key=key)

    def forget(self, phone: Phone, *, now: Instant) -> None:
        """Give the play money back and have the guest forgotten, at the provider and here.

        Raises what ``personal.erase`` raises; a guest whose PIN is used up is forgotten here alone.
        """
        name = phone.wallet.name
        with suppress(CallerError, WalletLocked):
            key = phone.ids.body(now)
            phone.client.call(native_api.GIVE_ALL_BACK, Nothing(), idempotency_key=key)
        try:
            personal.erase(phone, pin=DEMO_PIN, now=now)
        except (PinBlocked, PinUsedUp):
            phone.vault.forget(name)

    def forget_who_left(self, *, now: Instant) -> None:
        """Forget some of those who were not here for a day, as far as the provider agrees."""
        before = later(now, -FORGOTTEN_AFTER_MS)
        for name in self._sessions.unseen_since(before, FORGOTTEN_AT_ONCE):
            with suppress(QrpayError):
                if names.has_its_key_here(name):
                    self.forget(self.phone(name, now=now), now=now)
                else:
                    self._phones.vault.forget(name)
