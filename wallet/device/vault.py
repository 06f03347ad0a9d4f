"""The device key behind the PIN, and the counting of tries.

The key is made here and never leaves: it is sealed under the PIN (``sealing``) and opened for two
things. ``unlock`` opens a wallet, as a payer opens the app: until the service stops it can then ask
the provider for offers, balance and payment codes. ``sign_with_pin`` is the consent to one payment:
the PIN is asked again and the key is taken from its seal again. So nothing is signed above the
limit without the PIN, and a stolen store signs nothing at all.

A try is counted *before* the PIN is compared, and the count is committed on its own: a crash, or a
thousand tries at once, can't get more than five looked at. Five wrong ones in a row block the
wallet for 30 minutes (Regulation (EU) 2018/389, Article 4(3)(b), asks for at most five), ten use it
up: the key is never opened again, also where it lay open in memory, and the wallet has to be
enrolled anew with a new token. The right PIN sets the count back to none. It is a wallet's count,
whoever tries from wherever.

The secret behind payment codes is sealed under the service key alone, since showing a code needs no
PIN.
"""

from __future__ import annotations

import re
import threading
from dataclasses import replace

from cryptography.exceptions import InvalidTag

from ledger.kit.entropy import Entropy
from ledger.protocol.errors.checkout import (
    PinBlocked,
    PinUsedUp,
    PinWrong,
    WalletLocked,
    WalletNotFound,
)
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.instants import MINUTE, Instant, later, to_text
from ledger.protocol.signing import Algorithm, PrivateKey, PublicKey
from wallet.device import sealing
from wallet.store import WalletStore
from wallet.store.vaults import NEVER, SealedKey

TRIES_MAX = 5
"""Wrong PINs in a row until a block; NIST SP 800-63B-4, 3.2.2, would allow a hundred in all."""

TRIES_IN_ALL = 2 * TRIES_MAX
"""Wrong PINs in a row, blocks in between or not, until the key is never opened again."""

BLOCKED_MS = 30 * MINUTE

_PIN = re.compile(r"[0-9]{6}", re.ASCII)


class Vault:
    """The device keys of all wallets of this service, sealed on disk, opened in memory."""

    def __init__(self, store: WalletStore, service_key: bytes, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy
        self._pepper = sealing.service_sub_key(service_key, "pepper")
        self._secrets_key = sealing.service_sub_key(service_key, "code secrets")
        self._unlocked: dict[str, PrivateKey] = {}
        # scrypt takes 32 MiB: many tries at once must not take it many times.
        self._one_try_at_a_time = threading.Lock()

    def create(self, wallet: str, pin: str) -> PublicKey:
        """Make and seal a wallet's device key; the wallet is unlocked then.

        Raises ``FieldFormat`` for a PIN that is not six digits. A key that was there is replaced:
        ask ``has_key`` first.
        """
        _check_pin(pin)
        seed, salt = self._entropy(sealing.KEY_BYTES), self._entropy(sealing.SALT_BYTES)
        sealed = sealing.seal(
            sealing.pin_key(pin, salt=salt, pepper=self._pepper),
            seed,
            _key_label(wallet),
            nonce=self._entropy(sealing.NONCE_BYTES),
        )
        with self._store.transaction():
            self._store.vaults.put(SealedKey(wallet, salt, sealed))
        key = PrivateKey.from_seed(Algorithm.ED25519, seed)
        self._unlocked[wallet] = key
        return key.public

    def forget(self, wallet: str) -> None:
        """Erase a key that never came to be anybody's or is used up, and all that hangs on it."""
        self._unlocked.pop(wallet, None)
        with self._store.transaction():
            self._store.erase(wallet)

    def has_key(self, wallet: str) -> bool:
        """Tell whether a key was made for this wallet, enrolled or not."""
        return self._store.vaults.find(wallet) is not None

    def unlock(self, wallet: str, pin: str, *, now: Instant) -> PublicKey:
        """Open a wallet until the service stops; raises what ``open_key`` raises."""
        self._unlocked[wallet] = self.open_key(wallet, pin, now=now)
        return self._unlocked[wallet].public

    def unlocked_key(self, wallet: str) -> PrivateKey:
        """Give the key of an unlocked wallet, else raise ``WalletLocked``."""
        key = self._unlocked.get(wallet)
        if key is None:
            raise WalletLocked(wallet)
        return key

    def is_used_up(self, wallet: str) -> bool:
        """Tell whether the wallet's key can never be opened again."""
        sealed = self._store.vaults.find(wallet)
        return sealed is not None and sealed.failures >= TRIES_IN_ALL

    def is_unlocked(self, wallet: str) -> bool:
        """Tell whether the wallet was opened since the service started."""
        return wallet in self._unlocked

    def open_key(self, wallet: str, pin: str, *, now: Instant) -> PrivateKey:
        """Take the device key out of its seal.

        Raises ``FieldFormat`` (not six digits, which is no try), ``PinBlocked``, ``PinUsedUp``,
        ``PinWrong`` and ``WalletNotFound``.
        """
        _check_pin(pin)
        with self._one_try_at_a_time:
            sealed = self._count_try(wallet, now=now)
            try:
                seed = sealing.unseal(
                    sealing.pin_key(pin, salt=sealed.pin_salt, pepper=self._pepper),
                    sealed.sealed_key,
                    _key_label(wallet),
                )
            except InvalidTag:
                if sealed.failures >= TRIES_IN_ALL:
                    self._unlocked.pop(wallet, None)
                raise PinWrong(_tries_left(sealed.failures)) from None
            self._forget_tries(sealed)
        return PrivateKey.from_seed(Algorithm.ED25519, seed)

    def _count_try(self, wallet: str, *, now: Instant) -> SealedKey:
        with self._store.transaction():
            sealed = self._store.vaults.find(wallet)
            if sealed is None:
                raise WalletNotFound(wallet)
            if sealed.failures >= TRIES_IN_ALL:
                raise PinUsedUp(wallet)
            if now < sealed.blocked_until:
                minutes = -(-(sealed.blocked_until - now) // MINUTE)
                end = to_text(sealed.blocked_until)
                raise PinBlocked(f"for {minutes} more minutes, until {end}")
            tries = sealed.failures + 1
            until = later(now, BLOCKED_MS) if tries == TRIES_MAX else NEVER
            counted = replace(sealed, failures=tries, blocked_until=until)
            self._store.vaults.put(counted)
        return counted

    def _forget_tries(self, sealed: SealedKey) -> None:
        with self._store.transaction():
            self._store.vaults.put(replace(sealed, failures=0, blocked_until=NEVER))

    def require_own_seals(self) -> None:
        """Refuse a store that was sealed under another service key (``KeyFileUnusable``).

        Otherwise every PIN would look wrong, and be counted.
        """
        for wallet in self._store.wallets.list():
            self.open_code_secret(wallet.name, wallet.sealed_code_secret)

    def seal_code_secret(self, wallet: str, secret: bytes) -> bytes:
        """Seal the secret behind a wallet's payment codes, to be stored."""
        nonce = self._entropy(sealing.NONCE_BYTES)
        return sealing.seal(self._secrets_key, secret, _secret_label(wallet), nonce=nonce)

    def open_code_secret(self, wallet: str, sealed: bytes) -> bytes:
        """Open what ``seal_code_secret`` sealed.

        Raises ``KeyFileUnusable`` when it was sealed under another service key, or is damaged.
        """
        try:
            return sealing.unseal(self._secrets_key, sealed, _secret_label(wallet))
        except InvalidTag:
            raise KeyFileUnusable("the store was sealed with another service key") from None


def _tries_left(failures: int) -> str:
    left = (TRIES_MAX if failures <= TRIES_MAX else TRIES_IN_ALL) - failures
    if left:
        return f"{left} more tries"
    return "no more tries" if failures == TRIES_MAX else "no more tries, ever"


def _check_pin(pin: str) -> None:
    if not _PIN.fullmatch(pin):
        raise FieldFormat("a PIN is six digits")


def _key_label(wallet: str) -> str:
    return f"device key of {wallet}"


def _secret_label(wallet: str) -> str:
    return f"code secret of {wallet}"
