"""``qrpay ledger head`` and ``verify-chain``: keep what the books were, prove that they still are.

    qrpay ledger head 2026-11-21 --json > head.json       today, by anybody, on any machine
    qrpay ledger verify-chain --head head.json            years later

The file is what ``GET /v1/heads/2026-11-21`` answers with, so a merchant's download serves as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from ledger.cli import Exit
from ledger.cli.books import books_options, looking_at
from ledger.core.books import chain
from ledger.core.ports import Books
from ledger.ops.findings import Finding
from ledger.ops.whole_chain import chain_is_whole, require_head
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import HeadNotSealed
from ledger.protocol.messages import Head, Signed
from ledger.protocol.native_wire import DayHead, SignedText


@click.command()
@click.argument("date", required=False, default="")
@books_options
def head(date: str, books: str, *, as_json: bool) -> None:
    """Print the signed head of DATE (2026-11-21, UTC), of the last day that has one by default.

    Keep what --json prints: `qrpay ledger verify-chain --head FILE` proves with it, whenever you
    like, that nothing booked until then was changed.
    """
    with looking_at(books) as view:
        signed = chain.head_of(view, business_date=date or _last_day(view))
    if as_json:
        click.echo(msgspec.json.encode(DayHead(head=SignedText.of(signed))))
        return
    click.echo(signed.text, nl=False)
    click.echo(f"key_id: {signed.key_id}\nsignature: {signed.signature}")


def _last_day(view: Books) -> str:
    last = view.chain.last_head()
    if last is None:
        raise HeadNotSealed("no day has ended since the first entry")
    return last.business_date


@click.command("verify-chain")
@click.option(
    "--head",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that was kept: the books must still continue it.",
)
@books_options
def verify_chain(kept: Path | None, books: str, *, as_json: bool) -> None:
    """Prove that every entry is as it was when it was linked. Exit code 1 if one is not."""
    with looking_at(books) as view:
        findings = list(chain_is_whole(view))
        head = require_head(view, _read(kept.read_bytes())) if kept else None
        last, waiting = view.chain.last_link(), view.chain.count_waiting()
    links = last.sequence if last else 0
    if as_json:
        click.echo(json.dumps(_told(findings, head, links, waiting)))
    else:
        for line in _lines(findings, head, links, waiting):
            click.echo(line)
    if findings:
        raise click.exceptions.Exit(Exit.FAILED)


def _read(raw: bytes) -> Signed:
    try:
        return msgspec.json.decode(raw, type=DayHead).head.sealed
    except msgspec.MsgspecError as error:
        raise FieldFormat(f"not a head as the ledger tells it: {error}") from error


def _told(
    findings: Sequence[Finding], head: Head | None, links: int, waiting: int
) -> dict[str, object]:
    return {
        "whole": not findings,
        "links": links,
        "waiting": waiting,
        "continues_head_of": head.business_date.isoformat() if head else None,
        "findings": [{"subject": f.subject, "detail": f.detail} for f in findings],
    }


def _lines(findings: Sequence[Finding], head: Head | None, links: int, waiting: int) -> list[str]:
    lines = [f"{found.subject}: {found.detail}" for found in findings]
    verdict = f"{len(findings)} findings" if findings else "the chain is whole"
    lines.append(f"{links} links, {waiting} still to come: {verdict}.")
    if head:
        lines.append(f"It continues the head of {head.business_date}, link {head.sequence}.")
    return lines
