"""Wallets whose device key lives in a browser: made there, unextractable, never seen by us.

The provider lets the browser's public key in by a guest pass, and from then on believes what that
key signs; so this service can neither pay nor ask in its name. What it keeps is who the browser is,
and what stands beside the key: the count of wrong PINs and the passkeys, which it asks for before
it carries a consent that needs one (``relay``).

The row in ``vault`` has a key that signs nothing. It is there for its seal: whoever opens it has
proved the PIN, with the same count of tries as everywhere.
"""

from __future__ import annotations

from typing import Final

from ledger.client import SchemeClient
from ledger.kit.entropy import Entropy
from ledger.protocol import native_api
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.guests import SessionMissing
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import DeviceEnrolled, EnrolKey
from wallet.device.phones import DEMO_PIN, Phones
from wallet.store.browsers import BrowserWallet
from wallet.visitors import names
from wallet.visitors.guests import Guests
from wallet.visitors.sessions import Sessions

NAME_BYTES: Final = 8


class BrowserWallets:
    """The wallets of one service whose keys are elsewhere."""

    def __init__(
        self, phones: Phones, sessions: Sessions, guests: Guests, entropy: Entropy
    ) -> None:
        self._phones = phones
        self._sessions = sessions
        self._guests = guests
        self._entropy = entropy

    def enrol(self, key: EnrolKey, currency: str, *, now: Instant) -> tuple[str, DeviceEnrolled]:
        """Have the provider let a browser's key in: the session's cookie, and what it is told.

        ``key.token`` is not looked at: the guest pass is this service's. What the browser is told
        holds the secret of its payment codes, which is not kept here.

        Raises ``GuestsUnwelcome``, ``TooManyGuests``, and what enrolling raises.
        """
        token = self._guests.pass_for(currency, now=now)
        stranger = self._phones.connect(None)
        self._phones.knowledge.introduce(stranger, now=now)
        name = names.browser(self._entropy(NAME_BYTES))
        self._phones.vault.create(name, DEMO_PIN)
        try:
            enrolled = _let_in(stranger, key, token)
        except CallerError:
            self._phones.vault.forget(name)
            raise
        store = self._phones.store
        with store.transaction():
            store.browsers.add_wallet(
                BrowserWallet(
                    name, enrolled.device_id, enrolled.key_id, enrolled.payer.currency, now
                )
            )
        return self._sessions.begin(name, now=now), enrolled

    def get(self, name: str) -> BrowserWallet:
        """Give the wallet of a session; raises ``SessionMissing`` where it is another kind."""
        found = self._phones.store.browsers.wallet(name)
        if found is None:
            raise SessionMissing
        return found

    def prove_pin(self, name: str, pin: str, *, now: Instant) -> None:
        """Count a try at the PIN and compare it; raises what ``Vault.open_key`` raises."""
        self._phones.vault.open_key(name, pin, now=now)

    def forget(self, name: str) -> None:
        """Forget what is kept here; the provider is told by the browser itself."""
        self._phones.vault.forget(name)
        self._phones.store.checkpoint()


def _let_in(stranger: SchemeClient, key: EnrolKey, token: str) -> DeviceEnrolled:
    body = EnrolKey(token=token, algorithm=key.algorithm, public_key=key.public_key)
    return stranger.ask(native_api.ENROL_DEVICE, body)
