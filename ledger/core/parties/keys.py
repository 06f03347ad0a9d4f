"""Keys: let one in, look one up, end one.

A key has one owner for ever; its id and its public key are taken once. Weak keys are refused by
``ledger.protocol.signing.registration``. A key is good for five years unless it is ended earlier.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.errors.trust import (
    KeyAlreadyRegistered,
    KeyAnnouncedJustNow,
    KeyInUse,
    KeyNotAnnounced,
    KeyUnknown,
)
from ledger.protocol.instants import DAY, Instant, later, to_text
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PublicKey,
    check_key_id,
    check_registrable,
)

LIFETIME_MS = 5 * 365 * DAY
ANNOUNCED_LEAST_MS = DAY
"""How long a new key of the ledger's is published before it signs.

Tills and wallets take new keys only from an answer that a known one signed, so whoever has not
asked by then believes nobody any more. They ask every few minutes while they are at work.
"""


def admit(
    books: Books, *, algorithm: Algorithm, public_key: bytes, owner: str, now: Instant
) -> KeyRecord:
    """Register a key for its owner.

    Raises ``KeyFormat``, ``WeakKey``, ``KeyAlreadyRegistered``.
    """
    key = check_registrable(algorithm, public_key)
    require_unknown(books, key)
    record = KeyRecord(
        key_id=key.key_id,
        public_key=key,
        owner=owner,
        status=KeyStatus.ACTIVE,
        not_before=now,
        not_after=later(now, LIFETIME_MS),
    )
    books.directory.add_key(record)
    return record


def require_unknown(books: Books, key: PublicKey) -> None:
    """Refuse a key whose id is taken: by the same key, or by one made to share the short id."""
    if books.directory.key(key.key_id) is not None:
        raise KeyAlreadyRegistered(key.key_id)


def admit_ledger_key(books: Books, *, public_key: PublicKey, now: Instant) -> KeyRecord:
    """Register the ledger's own signing key; one that is registered already is given back."""
    known = books.directory.key(public_key.key_id)
    if known is not None and (known.owner, known.public_key) == (LEDGER, public_key):
        return known
    return admit(
        books, algorithm=public_key.algorithm, public_key=public_key.raw, owner=LEDGER, now=now
    )


def require_own_books(books: Books, *, public_key: PublicKey) -> None:
    """Refuse a signing key that is not the one in use in these books (``KeyFileUnusable``).

    A ledger whose key was lost must not go on with a new one: nobody who believes the old one would
    believe a word of it. A key that was retired or revoked is no longer in use.
    """
    in_use = [
        record.public_key for record in ledger_keys(books) if record.status is KeyStatus.ACTIVE
    ]
    if in_use and public_key not in in_use:
        raise KeyFileUnusable(f"these books are signed with {in_use[-1].key_id}: put its file back")


def ledger_keys(books: Books) -> list[KeyRecord]:
    """List the ledger's own keys, also those that sign no more, in the order they came."""
    return [record for record in books.directory.published_keys() if record.owner == LEDGER]


def require_announced(
    books: Books, *, public_key: PublicKey, now: Instant, least_ms: int = ANNOUNCED_LEAST_MS
) -> KeyRecord:
    """Give the row of a key that may sign from now on, since everybody can know it.

    ``least_ms`` is 0 where the key in use has leaked and nobody can wait. Raises
    ``KeyNotAnnounced`` and ``KeyAnnouncedJustNow``.
    """
    found = books.directory.key(public_key.key_id)
    if found not in ledger_keys(books) or found.status is not KeyStatus.ACTIVE:
        raise KeyNotAnnounced(public_key.key_id)
    if now < later(found.not_before, least_ms):
        raise KeyAnnouncedJustNow(f"{found.key_id} since {to_text(found.not_before)}")
    return found


def retire_ledger_key(books: Books, *, key_id: str, in_use: PublicKey, now: Instant) -> KeyRecord:
    """End an earlier key of the ledger's; ``in_use`` is the one that it signs with.

    Raises ``KeyUnknown`` for one that is not the ledger's, and ``KeyInUse``.
    """
    _require_earlier(books, key_id, in_use)
    return retire(books, key_id=key_id, now=now)


def revoke_ledger_key(books: Books, *, key_id: str, in_use: PublicKey) -> KeyRecord:
    """Disown a key of the ledger's that has leaked; raises as ``retire_ledger_key`` does.

    One that was announced and never signed may be disowned, too.
    """
    _require_earlier(books, key_id, in_use)
    return revoke(books, key_id=key_id)


def _require_earlier(books: Books, key_id: str, in_use: PublicKey) -> None:
    if key_id not in {each.key_id for each in ledger_keys(books)}:
        raise KeyUnknown(f"{key_id} is no key of the ledger's")
    if key_id == in_use.key_id:
        raise KeyInUse(key_id)


def key_record(books: Books, *, key_id: str) -> KeyRecord:
    """Look a key up, whatever its standing; raises ``KidFormat``, ``KeyUnknown``."""
    record = books.directory.key(check_key_id(key_id))
    if record is None:
        raise KeyUnknown(key_id)
    return record


def directory(books: Books) -> KeyDirectory:
    """Give the directory that asks these books each time."""
    return KeyDirectory.looking_up(books.directory.key)


def retire(books: Books, *, key_id: str, now: Instant) -> KeyRecord:
    """End a key: it signs nothing from now on, what it signed holds."""
    record = key_record(books, key_id=key_id).retired(now)
    books.directory.replace_key(record)
    return record


def revoke(books: Books, *, key_id: str) -> KeyRecord:
    """Disown a key that may have leaked: nothing it signed holds."""
    record = key_record(books, key_id=key_id).revoked()
    books.directory.replace_key(record)
    return record
