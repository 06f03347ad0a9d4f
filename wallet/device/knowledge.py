"""The provider's key directory, as this wallet knows it: by it codes and receipts are verified.

It is remembered with the time it was fetched, so that verifying works on a train. Old knowledge is
better than none and worse than fresh (a key revoked since, a shop's new key), so it is fetched anew
when it is older than five minutes, or when a key is asked for that it does not have. Whatever is
believed wrongly here, the provider checks again before money moves.

Where does trust begin? The first directory comes before there is any key to check it by. Where the
operator has pinned the provider's key in the settings, nothing else of it is kept, since whoever is
in between could have added keys of his own; otherwise it is believed on first use. Every later one
must be signed by a provider's key of the one before it.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from ledger.client import SchemeClient
from ledger.kit.transport import Response
from ledger.protocol import native_api, signing
from ledger.protocol.errors import OutcomeUnknown, ServiceError
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.native_wire import KeySet
from ledger.protocol.signing import LEDGER, KeyDirectory, KeyRecord, b64url, to_jwks
from ledger.protocol.signing.http_messages import verify_response
from wallet.store import WalletStore
from wallet.store.published import KeySetPage

FRESH_MS = 5 * MINUTE

NO_ANSWER = (ServiceError, OutcomeUnknown)
"""What a call raises when nobody gave an answer that can be believed."""


class Knowledge:
    """The key directory, fetched or remembered."""

    def __init__(self, store: WalletStore, *, pinned: str = "") -> None:
        self._store = store
        self._pinned = pinned
        self._parsed: tuple[bytes, KeyDirectory] = (b"", KeyDirectory())

    def introduce(self, stranger: SchemeClient, *, now: Instant) -> None:
        """Fetch the first directory, if there is none yet.

        Raises ``KeyUnknown`` when it lacks the pinned key, and what ``SchemeClient.ask`` raises.
        """
        if self._store.published.key_set() is None:
            key_set = stranger.ask(native_api.GET_KEYS)
            if self._pinned:
                pinned = msgspec.convert(to_jwks([self._pinned_in(key_set, now)]), KeySet)
                # As if fetched long ago: the rest is fetched, signed, as soon as there is a wallet.
                self._keep(pinned, later(now, -FRESH_MS))
            else:
                self._keep(key_set, now)

    def remembered(self) -> KeyDirectory:
        """Give the directory as it was fetched last; ``ServiceUnavailable`` if it never was."""
        known = self._store.published.key_set()
        if known is None:
            raise ServiceUnavailable("the provider's keys were never fetched")
        return self._parse(known.body)

    def current(self, client: SchemeClient, *, now: Instant) -> KeyDirectory:
        """Give the directory, fetched anew if it is old and the provider answers."""
        known = self._store.published.key_set()
        if known is None or now - known.fetched_at >= FRESH_MS:
            with suppress(*NO_ANSWER):
                return self.refreshed(client, now=now)
        return self.remembered()

    def refreshed(self, client: SchemeClient, *, now: Instant) -> KeyDirectory:
        """Give the directory, fetched anew however young it is.

        Raises what ``SchemeClient.call`` raises: without an answer nobody can say that a key does
        not exist.
        """
        self._keep(client.call(native_api.GET_KEYS), now)
        return self.remembered()

    def learn(self, answer: Response, *, request_signature: str, now: Instant) -> None:
        """Take the directory out of the provider's answer to somebody else's signed call.

        Raises ``ResponseSignatureMissing`` and ``ResponseSignatureInvalid``; as ever, a key of the
        directory before must have signed it.
        """
        verify_response(
            answer.status,
            answer.body,
            answer.headers,
            request_signature=request_signature,
            directory=self.remembered(),
            now=now,
        )
        self._keep(msgspec.json.decode(answer.body, type=KeySet), now)

    def fetched_at(self) -> Instant | None:
        """Tell when the directory was fetched last."""
        known = self._store.published.key_set()
        return None if known is None else known.fetched_at

    def _pinned_in(self, key_set: KeySet, now: Instant) -> KeyRecord:
        key_id, _, raw = self._pinned.partition(":")
        record = _directory(key_set).require(key_id, at=now, owner=LEDGER)
        if b64url(record.public_key.raw) != raw:
            raise KeyUnknown(f"{key_id} is not the key that was pinned")
        return record

    def _keep(self, key_set: KeySet, now: Instant) -> None:
        page = KeySetPage(msgspec.json.encode(key_set), now)
        self._parse(page.body)
        with self._store.transaction():
            self._store.published.keep_key_set(page)

    def _parse(self, body: bytes) -> KeyDirectory:
        if self._parsed[0] != body:
            self._parsed = (body, _directory(msgspec.json.decode(body, type=KeySet)))
        return self._parsed[1]


def _directory(key_set: KeySet) -> KeyDirectory:
    return signing.from_jwks({"keys": key_set.keys})
