"""Which keys of the provider this till believes, and how it learns of new ones.

At its first start the till is either told the provider's key (``pinned``), or it takes the keys
that are published at the provider's address at that moment, as ``ssh`` does with a new host. From
then on nothing is believed that does not prove itself by what is believed already: newer keys come
in an answer that is signed with a known one.

The keys are a fact in the till's store, so signatures can be checked while there is no network.
"""

from __future__ import annotations

import threading

import msgspec

from ledger.client import SchemeClient
from ledger.kit.clock import Clock
from ledger.protocol import native_api
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import KeyFormat
from ledger.protocol.instants import DAY, MINUTE, SECOND, Instant
from ledger.protocol.native_wire import KeySet
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PublicKey,
    b64url_decode,
    from_jwks,
    to_jwks,
)
from pos.store import TillStore

PROVIDER_KEYS = "provider_keys"
"""The name of the fact that holds the key set."""

FRESH_MS = 5 * MINUTE
ASK_AGAIN_MS = 10 * SECOND

_ALWAYS = Instant(100 * 365 * DAY)
_ED25519_BYTES = 32


class ProviderKeys:
    """The provider's keys, remembered and kept up to date."""

    def __init__(self, store: TillStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._known: KeyDirectory | None = None
        self._asked_at: Instant | None = None

    def begin(self, client: SchemeClient, pinned: str) -> None:
        """At the first start, believe the pinned key, or else those published now.

        ``pinned`` is ``key id:base64url of the key``; another spelling raises ``KeyFormat``.
        """
        if self._store.evidence.fact(PROVIDER_KEYS) is not None:
            return
        if pinned:
            self._keep(to_jwks([_pinned(pinned)]))
        else:
            self._keep({"keys": client.ask(native_api.GET_KEYS).keys})

    def directory(self) -> KeyDirectory:
        """Give the directory of all keys that are believed; it is read from the store once."""
        known = self._known
        if known is None:
            kept = self._store.evidence.fact(PROVIDER_KEYS)
            known = self._known = _read(kept) if kept else KeyDirectory()
        return known

    def refresh(self, client: SchemeClient, *, at_most_every_ms: int = ASK_AGAIN_MS) -> None:
        """Ask for newer keys, unless that was done just now; what goes wrong changes nothing."""
        now = self._clock.now()
        with self._lock:
            if self._asked_at is not None and 0 <= now - self._asked_at < at_most_every_ms:
                return
            self._asked_at = now
        try:
            self._keep({"keys": client.call(native_api.GET_KEYS).keys})
        except QrpayError:
            return

    def _keep(self, key_set: dict[str, object]) -> None:
        raw = msgspec.json.encode(key_set)
        directory = _read(raw)
        self._store.evidence.put_fact(PROVIDER_KEYS, raw)
        self._known = directory


def _read(raw: bytes) -> KeyDirectory:
    return from_jwks({"keys": msgspec.json.decode(raw, type=KeySet).keys})


def _pinned(text: str) -> KeyRecord:
    key_id, _, raw = text.partition(":")
    key = PublicKey(Algorithm.ED25519, b64url_decode(raw, _ED25519_BYTES))
    if key.key_id != key_id:
        raise KeyFormat(f"{key_id[:40]!r} is not the id of the pinned key")
    return KeyRecord(key_id, key, LEDGER, KeyStatus.ACTIVE, Instant(0), _ALWAYS)
