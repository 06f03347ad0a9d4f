"""``qrpay ledger keys``: give the provider a newer signing key; what the old one signed holds.

    qrpay ledger keys announce            make the next key and publish it; it signs nothing yet
    qrpay ledger keys rotate              a day later: it signs from the ledger's next start
    qrpay ledger keys retire k6d2alkm     once nothing signs with the old one any more
    qrpay ledger keys revoke k6d2alkm     instead, if it has leaked: nothing that it signed holds

Tills and wallets believe a new key because an answer told them of it that the old one signed
(``GET /v1/keys``). So each step comes when everybody knows the one before. ``announce``, ``retire``
and ``revoke`` write: books in a file need their ledger stopped, books in PostgreSQL do not.
"""

from __future__ import annotations

from pathlib import Path

import click

from ledger import config
from ledger.cli import NotRunning
from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.config import Settings
from ledger.core.parties import keys
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import take_over
from ledger.kit.terminal import tell
from ledger.ops.keys import pinned, signing_key
from ledger.protocol.errors.trust import KeyNotAnnounced
from ledger.protocol.instants import to_text
from ledger.protocol.signing import KeyRecord, PublicKey


@click.command("list")
@books_options
def list_keys(books: str, *, as_json: bool) -> None:
    """Print the provider's keys: which signs, which is announced, which are retired."""
    path = config.from_environment().signing_key_path
    signs = _public(path).key_id if path.exists() else ""
    with looking_at(books) as view:
        found = keys.ledger_keys(view)
    told = [_facts(record, signs=record.key_id == signs) for record in found]
    tell(told, *(_line(record, signs=record.key_id == signs) for record in found), as_json=as_json)


@click.command()
@books_options
def announce(books: str, *, as_json: bool) -> None:
    """Make the provider's next key and publish it; until it is rotated in, it signs nothing.

    Again gives the same key.
    """
    with writing(books) as (written, now):
        successor = _public(config.from_environment().next_signing_key_path)
        record = keys.admit_ledger_key(written, public_key=successor, now=now)
    tell(
        {**_facts(record, signs=False), "pinned": pinned(successor)},
        f"announced {record.key_id}; `qrpay ledger keys rotate` takes it in a day",
        as_json=as_json,
    )


@click.command()
@click.option("--at-once", is_flag=True, help="Don't wait the day: the key in use has leaked.")
@books_options
def rotate(books: str, *, at_once: bool, as_json: bool) -> None:
    """Let the announced key sign from the ledger's next start; the one before stays valid.

    The file of the key is replaced, the books are only read. Several front ends get the new file,
    then they are started again, one after the other. Who has not asked for the keys since the new
    one was announced has to be set up anew.
    """
    settings = config.from_environment()
    successor = settings.next_signing_key_path
    if not successor.exists():
        raise KeyNotAnnounced("there is no next key: `qrpay ledger keys announce` makes it")
    before, after = _in_use(settings), _public(successor)
    with looking_at(books) as view:
        least = 0 if at_once else keys.ANNOUNCED_LEAST_MS
        now = operators_clock().now()
        keys.require_announced(view, public_key=after, now=now, least_ms=least)
    take_over(settings.signing_key_path, successor)
    tell(
        {"signs": after.key_id, "signed": before.key_id, "pinned": pinned(after)},
        f"{after.key_id} signs from the ledger's next start",
        f"then: qrpay ledger keys retire {before.key_id}",
        as_json=as_json,
    )


@click.command()
@click.argument("key_id")
@books_options
def retire(key_id: str, books: str, *, as_json: bool) -> None:
    """Say that the earlier key KEY_ID signs nothing from now on; what it signed holds."""
    with writing(books) as (written, now):
        in_use = _in_use(config.from_environment())
        record = keys.retire_ledger_key(written, key_id=key_id, in_use=in_use, now=now)
    tell(_facts(record, signs=False), _line(record, signs=False), as_json=as_json)


@click.command()
@click.argument("key_id")
@books_options
def revoke(key_id: str, books: str, *, as_json: bool) -> None:
    """Say that KEY_ID has leaked: nothing that it signed holds, whenever that was.

    Till and wallet refuse it (KEY_REVOKED) as soon as they have asked for the keys; its receipts
    are proof no more. The key that signs is not revoked: `announce` and `rotate --at-once` first.
    """
    with writing(books) as (written, _):
        in_use = _in_use(config.from_environment())
        record = keys.revoke_ledger_key(written, key_id=key_id, in_use=in_use)
    tell(
        _facts(record, signs=False),
        _line(record, signs=False),
        "nothing that it signed holds; what to do about it: docs/operations.md, A key that leaked",
        as_json=as_json,
    )


def _in_use(settings: Settings) -> PublicKey:
    path = settings.signing_key_path
    if not path.exists():
        raise NotRunning(f"no {path.name} in {path.parent}: the ledger was never started there")
    return _public(path)


def _public(path: Path) -> PublicKey:
    return signing_key(path, SystemEntropy()).public


def _facts(record: KeyRecord, *, signs: bool) -> dict[str, object]:
    return {
        "key_id": record.key_id,
        "status": record.status,
        "signs": signs,
        "not_before": to_text(record.not_before),
        "not_after": to_text(record.not_after),
    }


def _line(record: KeyRecord, *, signs: bool) -> str:
    times = f"{to_text(record.not_before)} to {to_text(record.not_after)}"
    return f"{record.key_id}  {record.status:<8} {times}{'  signs' if signs else ''}"
