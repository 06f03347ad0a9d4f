"""Everything a store holds as one digest, to prove that a refusal changed nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.protocol.errors import QrpayError
from ledger.store import BooksStore
from tests.core.demo_world import World
from tests.stores.raw import ask, table_names


def state_of(store: BooksStore) -> str:
    """The SHA-256 of every row of every table."""
    digest = hashlib.sha256()
    for name in table_names(store):
        rows = ask(store, f'SELECT * FROM "{name}"')  # noqa: S608 - names of our schema
        digest.update(name.encode())
        for row in sorted(repr(row) for row in rows):
            digest.update(row.encode())
    return digest.hexdigest()


@contextmanager
def refused(world: World, rule: type[QrpayError]) -> Iterator[None]:
    """What happens inside is refused by exactly this rule, in words, and nothing changes."""
    before = state_of(world.store)
    with pytest.raises(rule) as raised:
        yield
    assert type(raised.value) is rule
    assert isinstance(raised.value.detail, str)
    assert state_of(world.store) == before
