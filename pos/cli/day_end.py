"""``qrpay pos day-close`` and ``qrpay pos reconcile``: what a shop does after the last sale."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import click
import msgspec

from ledger.kit.terminal import json_option
from pos.cli import day_table
from pos.cli.service import Exit, or_could_not, till, url_option
from pos.closing.day_report import DayReport
from pos.web.day_views import ReconciliationView


@click.command("day-close")
@click.option(
    "--day", default="today", show_default=True, help="Like 2026-11-21, or today, or yesterday."
)
@url_option
@json_option
def day_close(day: str, *, url: str | None, as_json: bool) -> None:
    """Close a business day and print its report; again, the same report.

    What is paid after the close belongs to the next day. Exit codes: 0 closed; 1 closed, and sales
    or refunds are named that had not ended; 2 not closed.
    """
    with or_could_not():
        service = till(url)
        report = service.post(f"/api/days/{quote(day, safe='')}/close", {}, DayReport)
        paper = "" if as_json else service.text(f"/api/days/{report.business_day}.txt?lang=en")
    click.echo(msgspec.json.encode(report) if as_json else paper, nl=as_json)
    if not report.is_clean:
        raise SystemExit(Exit.LOOK)


@click.command()
@click.option(
    "--day", default="yesterday", show_default=True, help="Like 2026-11-21, or yesterday."
)
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A statement as CSV, or the vendor's own file; without it, the provider is asked.",
)
@url_option
@json_option
def reconcile(day: str, *, path: Path | None, url: str | None, as_json: bool) -> None:
    """Compare a day's sales and refunds with the provider's statement, and name what differs.

    Each difference comes with what it means and what to do. Exit codes, for cron: 0 both agree; 1
    something differs; 2 not compared (the till or the provider can't be reached, the day is not
    closed there yet, the file can't be read).
    """
    with or_could_not():
        wanted = {} if path is None else _file(path)
        found = till(url).post(
            f"/api/days/{quote(day, safe='')}/reconcile", wanted, ReconciliationView
        )
    click.echo(msgspec.json.encode(found) if as_json else day_table.printed(found), nl=as_json)
    if not found.agrees:
        raise SystemExit(Exit.LOOK)


def _file(path: Path) -> dict[str, str]:
    raw = path.read_bytes()
    try:
        return {"statement_csv": raw.decode("utf-8-sig")}
    except UnicodeDecodeError:
        return {"statement_file": base64.b64encode(raw).decode()}
