"""The same request never happens twice, and is answered alike each time.

A caller names each changing request by an Idempotency-Key of its own (IETF draft
"The Idempotency-Key HTTP Header Field"). The reply is kept in the unit of work of its effect, so
after a crash there are both or neither, and a retry is a look-up.

* The look-up comes first, before anything is checked: a reply once given is given for ever.
* The key stands for one request: its ``fingerprint`` differs, ``IdempotencyKeyReused``.
* A *decision* against the caller (``Conflict``, ``Forbidden``) is kept like a success: sent again,
  it must not succeed behind the caller's back. Whatever it did before it was refused is undone.
* A request that was wrong in itself is not kept: put right, it may use its key again.

Beside this, each operation knows its own business number (a merchant's order number, a refund
number, an authorisation), which never expires. So a reply is kept for thirty days only; of its key,
a digest longer than that (``ledger.core.privacy.retention``), so that it still stands for the one
request.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from ledger.core.ports import Books
from ledger.core.records.notices import KeyedReply, SpentKey, StoredReply
from ledger.protocol.errors import Conflict, Forbidden, QrpayError
from ledger.protocol.errors.checkout import IdempotencyKeyFormat, IdempotencyKeyReused
from ledger.protocol.instants import Instant
from ledger.protocol.records import record

_KEY = re.compile(r"[!-~]{1,64}", re.ASCII)


@record(frozen=True, slots=True)
class Reply:
    """What a face answers: a status and the text of the body."""

    status: int
    body: str


def check_key(key: str) -> str:
    """Give back a well-formed Idempotency-Key, else raise ``IdempotencyKeyFormat``."""
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyFormat
    return key


def fingerprint(method: str, target: str, body: bytes) -> str:
    """Give what makes two requests the same: SHA-256 of method, address and body, hexadecimal."""
    return hashlib.sha256(b"\0".join((method.encode(), target.encode(), body))).hexdigest()


def once(
    books: Books,
    *,
    scope: str,
    key: str,
    fingerprint: str,
    now: Instant,
    perform: Callable[[], Reply],
    refuse: Callable[[QrpayError], Reply],
    after_refusal: Callable[[QrpayError], None] | None = None,
) -> StoredReply:
    """Answer a request: from memory if it was answered before, else by ``perform``.

    ``scope`` says whose key it is and for what ("merchant:M1 POST /v1/payments"). ``refuse``
    renders a decision against the caller; ``after_refusal`` then notes what has to be remembered
    of it though its effects are undone. Any other error of ``perform`` is raised on.
    """
    known = books.idempotency.find(scope, check_key(key))
    used_for = known or books.idempotency.spent(key_digest(scope, key))
    if used_for is not None and used_for.fingerprint != fingerprint:
        raise IdempotencyKeyReused(f"the key {key!r} was used for another request")
    if known is not None:
        return StoredReply(known.status, known.body, replayed=True)
    reply = _decide(books, perform, refuse, after_refusal)
    books.idempotency.add(KeyedReply(scope, key, fingerprint, reply.status, reply.body, now))
    return StoredReply(reply.status, reply.body)


def _decide(
    books: Books,
    perform: Callable[[], Reply],
    refuse: Callable[[QrpayError], Reply],
    after_refusal: Callable[[QrpayError], None] | None,
) -> Reply:
    try:
        with books.savepoint():
            return perform()
    except (Conflict, Forbidden) as refusal:
        if after_refusal is not None:
            after_refusal(refusal)
        return refuse(refusal)


def key_digest(scope: str, key: str) -> str:
    """Give what is kept of a key for longer than its reply: SHA-256, hexadecimal."""
    return hashlib.sha256(f"{scope}\0{key}".encode()).hexdigest()


def forget(books: Books, reply: KeyedReply) -> None:
    """Keep no more of a reply than the digest of its key."""
    digest = key_digest(reply.scope, reply.key)
    books.idempotency.spend(reply, SpentKey(digest, reply.fingerprint, reply.created_at))


def forget_old(books: Books, before: Instant, limit: int) -> int:
    """Forget the replies from before then, at most ``limit``; how many."""
    old = books.idempotency.older_than(before, limit)
    for reply in old:
        forget(books, reply)
    return len(old)
