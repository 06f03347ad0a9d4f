"""The key directory: which key is whose, and when it may be believed.

A signature proves nothing until somebody says whose key it was made with. The provider says it:
it registers keys, each for one owner, and publishes them. A message names its key by id; owner,
algorithm and times come from the directory, never from the message (RFC 8725, section 3.1).

``at`` is the moment the signature was made: now for a request or a code, the time of the payment
for a receipt read years later. A key is good from ``not_before`` up to, not including,
``not_after``. A *retired* key signs nothing new; what it signed in its time holds. A *revoked* key
is one that may have leaked, and whoever has it can write any date: nothing it signed holds.

Owners are spelled ``ledger``, ``merchant:M2088DEMO000001`` and ``device:dev_01M803...``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from ledger.protocol.errors.trust import (
    AlgMismatch,
    KeyAlreadyRegistered,
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
)
from ledger.protocol.instants import Instant
from ledger.protocol.records import record, replace
from ledger.protocol.signing.keys import Algorithm, PublicKey

LEDGER = "ledger"
"""The owner of the provider's own keys."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


def merchant_owner(merchant_id: str) -> str:
    """Spell a merchant as the owner of a key."""
    return f"merchant:{merchant_id}"


def device_owner(device_id: str) -> str:
    """Spell a payer's device as the owner of a key."""
    return f"device:{device_id}"


def check_key_id(text: str) -> str:
    """Give back a well-formed key id, else raise ``KidFormat``."""
    if not _KEY_ID.fullmatch(text):
        raise KidFormat(f"not a key id: {text[:40]!r}")
    return text


class KeyStatus(StrEnum):
    """Whether a key is in use."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


@record(frozen=True, slots=True)
class KeyRecord:
    """A row of the directory: a key, its one owner, its time."""

    key_id: str
    public_key: PublicKey
    owner: str
    status: KeyStatus
    not_before: Instant
    not_after: Instant

    def retired(self, at: Instant) -> KeyRecord:
        """Give the row of a key that signs nothing from ``at`` on."""
        return replace(self, status=KeyStatus.RETIRED, not_after=min(self.not_after, at))

    def revoked(self) -> KeyRecord:
        """Give the row of a key that is not believed any more, whatever it signed and when."""
        return replace(self, status=KeyStatus.REVOKED)

    def require(
        self, *, at: Instant, owner: str | None = None, algorithm: Algorithm | None = None
    ) -> KeyRecord:
        """Give back the row when the key could sign this at that time.

        Raises ``KeyNotAllowedForMerchant`` (another's key), ``AlgMismatch``, ``KeyRevoked``,
        ``KeyNotYetValid`` or ``KeyExpired``.
        """
        if owner is not None and self.owner != owner:
            raise KeyNotAllowedForMerchant(f"{self.key_id} is not a key of {owner}")
        if algorithm is not None and self.public_key.algorithm is not algorithm:
            raise AlgMismatch(f"{self.key_id} is not a key for {algorithm}")
        if self.status is KeyStatus.REVOKED:
            raise KeyRevoked(self.key_id)
        if at < self.not_before:
            raise KeyNotYetValid(self.key_id)
        if at >= self.not_after:
            raise KeyExpired(self.key_id)
        return self


class KeyDirectory:
    """Keys by id; made from rows, or from whatever finds a row by its id."""

    def __init__(self, records: Iterable[KeyRecord] = ()) -> None:
        rows: dict[str, KeyRecord] = {}
        for row in records:
            if rows.setdefault(check_key_id(row.key_id), row) != row:
                raise KeyAlreadyRegistered(f"two keys have the id {row.key_id}")
        self.find: Callable[[str], KeyRecord | None] = rows.get

    @classmethod
    def looking_up(cls, find: Callable[[str], KeyRecord | None]) -> KeyDirectory:
        """Make a directory that asks ``find`` each time, for keys kept in a store."""
        directory = cls()
        directory.find = find
        return directory

    def require(
        self,
        key_id: str,
        *,
        at: Instant,
        owner: str | None = None,
        algorithm: Algorithm | None = None,
    ) -> KeyRecord:
        """Give the row of a key that could sign at that time, for that owner, by that algorithm.

        Raises ``KidFormat``, ``KeyUnknown``, and what ``KeyRecord.require`` raises.
        """
        record = self.find(check_key_id(key_id))
        if record is None:
            raise KeyUnknown(key_id)
        return record.require(at=at, owner=owner, algorithm=algorithm)
