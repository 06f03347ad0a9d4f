"""``qrpay ledger antom-reports``: the files that Antom puts on its SFTP server, below a folder.

    qrpay ledger antom-reports sftp --date 2026-11-22

The tree below FOLDER is that of the server (``v1/settlements/<customerId>/<date>/…``), so a program
that fetches by SFTP can be given FOLDER by any SFTP server, and one that reads files reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from ledger.cli.books import looking_at
from ledger.cli.books_place import place_option
from ledger.cli.books_place.writing import operators_clock
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts
from ledger.core.vendors.bills import antom
from ledger.core.vendors.bills.antom import Report
from ledger.kit.terminal import json_option, tell
from ledger.ops import demo_apps
from ledger.protocol.errors.vendors import ReportNotMade

ROOT = Path("v1") / "settlements"


@click.command("antom-reports")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--date", "at", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Of the transactions."
)
@click.option("--account-id", help="Whose reports.  [default: the demo shop's client]")
@place_option
@json_option
def antom_reports(
    folder: Path, *, at: datetime, account_id: str | None, books: str, as_json: bool
) -> None:
    """Write a client's reports of a day into FOLDER, laid out as on Antom's SFTP server.

    Transaction items of the day in Beijing, and, once it was paid out, items and summary of the
    shop's batch of that day.
    """
    client = account_id or demo_apps.antom_client().app_id
    with looking_at(books) as view:
        made = list(_made(view, client, at.date()))
    paths = [str(_written(folder, report)) for report in made]
    tell({"files": paths}, *paths, as_json=as_json)


def _written(folder: Path, report: Report) -> Path:
    path = folder / ROOT / report.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.content, encoding="utf-8")
    return path


def _made(view: Books, client: str, day: date) -> Iterator[Report]:
    account = accounts.require(view, vendor=Vendor.ANTOM, account_id=client)
    now = operators_clock().now()
    yield antom.transaction_report(view, account=account, day=day, now=now)
    try:
        yield from antom.settlement_reports(view, account=account, day=day)
    except ReportNotMade as error:
        click.echo(f"no settlement yet: {error.detail}", err=True)
