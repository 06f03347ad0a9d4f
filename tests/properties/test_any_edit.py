"""Whatever single value of whatever linked row is changed, the chain finds it.

What may go without a finding is what the chain is made to survive: an entry's note together with
the salt of its commitment (an entry without a note has no more to lose than its salt).
"""

from __future__ import annotations

from contextlib import closing
from functools import cache

import apsw
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from ledger.ops.whole_chain import chain_is_whole
from tests.core.demo_world import World
from tests.ops.tampering import edit, true_books, unguarded

KEYS = {
    "entry": ("entry_id",),
    "posting": ("entry_id", "line"),
    "link": ("sequence",),
    "head": ("business_date",),
}
NUMBERS = st.integers(-2, 20) | st.integers(-(2**63) + 1, 2**63 - 1)
TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)

Row = dict[str, str | int | None]
books_once = cache(true_books)


def rows_of(world: World, table: str) -> list[Row]:
    """All rows of a table, by column."""
    cursor = world.sqlite._connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    names = [str(column[0]) for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def is_deletion_of_nothing(world: World, row: Row, column: str) -> bool:
    """Whether the salt of an entry without a note went."""
    with world.store.reading() as books:
        page = books.chain.page(0, 1_000)
    noted = {link.entry_id for link, written in page if written is not None and written.note}
    return column == "salt" and row["entry_id"] not in noted


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_change_of_any_value_in_any_linked_row_is_found(data: st.DataObject) -> None:
    with closing(unguarded(books_once())) as world:
        table = data.draw(st.sampled_from(sorted(KEYS)))
        rows = rows_of(world, table)
        row = data.draw(st.sampled_from(rows))
        column = data.draw(st.sampled_from(sorted(row)))
        before = row[column]
        others = st.sampled_from([other[column] for other in rows])
        after = data.draw(others | (NUMBERS if isinstance(before, int) else TEXTS))
        assume(after != before)
        where = " AND ".join(f"{key} = ?" for key in KEYS[table])
        key = [row[name] for name in KEYS[table]]
        try:
            edit(world, f"UPDATE {table} SET {column} = ? WHERE {where}", after, *key)  # noqa: S608
        except apsw.ConstraintError:  # the table itself has no room for it: a type, a second key
            reject()
        with world.store.reading() as books:
            found = list(chain_is_whole(books))
        assert found or (after == "" and is_deletion_of_nothing(world, row, column)), (
            table,
            column,
        )
