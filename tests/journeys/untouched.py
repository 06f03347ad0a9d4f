"""What a refusal must leave as it was: every row of all three parties but their memory of calls.

Of a refused call the ledger remembers its nonce and, for a decision, the reply under its key, and
it counts wrong payment codes. A wallet that meets an unknown key fetches the key directory anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.kit.embedded import EmbeddedStore
from tests.journeys.world import World

MEMORY_OF_CALLS = frozenset({"nonce", "reply", "code_miss", "sqlite_sequence", "key_set"})


def state_digest(store: EmbeddedStore) -> str:
    """The SHA-256 of every row of every table but those."""
    rows = store._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    digest = hashlib.sha256()
    for table in sorted({str(name) for (name,) in rows} - MEMORY_OF_CALLS):
        found = store._connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our schema)
        for row in sorted(repr(row) for row in found):
            digest.update(f"{table}{row}".encode())
    return digest.hexdigest()


def state_of(world: World) -> dict[str, str]:
    """One digest for each party."""
    return {party: state_digest(store) for party, store in world.stores.items()}


@contextmanager
def untouched(world: World) -> Iterator[None]:
    """Whatever happens inside leaves all three parties as they were."""
    before = state_of(world)
    yield
    assert state_of(world) == before
