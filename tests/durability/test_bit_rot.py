"""A bit turns over while the books lie at rest: found, refused or harmless, never a wrong balance.

A bit of what is written in each page of a copy. Reading may refuse (``STORE_DAMAGED``), SQLite's
own check or the audit may find it, or it was not in use any more. What is none of these and yet
changes a row is counted, and must not be an amount.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import apsw

from ledger.ops.audit import audit
from ledger.protocol.errors import QrpayError
from ledger.store import BooksFile
from tests.core.demo_world import World
from tests.durability.conftest import Campaign
from tests.durability.trade import FILE, Morning, disk_at_rest, fingerprint, opened
from tests.stores.raw import ask

PAGE_BYTES = 4096
ROUNDS = 8
SHORT_STEP, LONG_BITS = 2, 8
MONEY = """
SELECT 'account', account_id, balance_minor FROM account
UNION ALL SELECT 'posting', entry_id || '/' || account_id, amount_minor FROM posting
UNION ALL SELECT 'payment', payment_id, amount_minor FROM payment
UNION ALL SELECT 'refund', refund_id, amount_minor FROM refund
ORDER BY 1, 2, 3
"""


def _books_at_rest(folder: Path) -> bytes:
    disk, wallets = disk_at_rest(folder)
    with disk.mounted():
        world = World(opened(folder), wallets)
        for act in Morning(world).acts(ROUNDS):
            act()
        world.close()
    return disk.bytes_of(FILE)


def _money(store: BooksFile) -> list[tuple[object, ...]]:
    return [tuple(row) for row in ask(store, MONEY)]


def _written(content: bytes, page: int) -> list[int]:
    """Where in a page something other than zero stands."""
    return [at for at in range(page, page + PAGE_BYTES) if content[at]]


def _judge(folder: Path, content: bytes, sound: tuple[str, object]) -> str:
    (folder / FILE).write_bytes(content)
    try:
        store = opened(folder)
    except QrpayError:
        return "refused"
    try:
        return _found(store) or _changed(store, sound)
    except (QrpayError, apsw.Error):
        return "refused"
    finally:
        store.close()


def _found(store: BooksFile) -> str:
    if store._writer.value(str, "PRAGMA integrity_check(1)") != "ok":
        return "found by SQLite"
    return "found by the audit" if audit(store) else ""


def _changed(store: BooksFile, sound: tuple[str, object]) -> str:
    try:
        if fingerprint(store) == sound[0]:
            return "harmless"
        return "unnoticed, no amount" if _money(store) == sound[1] else "unnoticed amount"
    except UnicodeDecodeError:  # these look past the store, which names it (``STORE_DAMAGED``)
        return "refused"


def test_a_bit_that_turns_over_never_makes_a_wrong_amount_unnoticed(
    memory: Path, campaign: Campaign
) -> None:
    content = _books_at_rest(memory)
    (memory / FILE).write_bytes(content)
    store = opened(memory)
    sound = (fingerprint(store), _money(store))
    store.close()
    dice, verdicts = Random(campaign.seeds[0]), Counter[str]()  # noqa: S311 (foreseeable)
    for page in range(0, len(content), PAGE_BYTES * (1 if campaign.is_long else SHORT_STEP)):
        for _ in range(LONG_BITS if campaign.is_long else 1):
            rotten = bytearray(content)
            rotten[dice.choice(_written(content, page))] ^= 1 << dice.randrange(8)
            verdicts[_judge(memory, bytes(rotten), sound)] += 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    campaign.tell(f"bit rot: {verdicts.total()} bits: {told}")
    assert verdicts["unnoticed amount"] == 0
    assert verdicts["found by SQLite"] + verdicts["found by the audit"] + verdicts["refused"] > 0
