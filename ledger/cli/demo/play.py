"""``qrpay demo``: a whole day at the counter in seconds, with all three parties.

Three services start on free ports with empty books. A shopper with a yuan wallet pays a euro price
by scanning the till's code, another shows a payment code and pays at a sticker, some money is given
back, a forged code is tried. The till closes its day; a night later its books are compared with the
provider's statement, and the books are audited.
"""

from __future__ import annotations

import json
import signal
import tempfile
from pathlib import Path

import click

from ledger.cli import books, books_place, services
from ledger.cli.books_place import store_option
from ledger.cli.checkout import Service, Till
from ledger.cli.demo import checkouts, day_end
from ledger.cli.demo.checkouts import Stage
from ledger.cli.demo.story import Story
from ledger.cli.services import Ports
from ledger.kit.clock import SharedClock
from ledger.kit.home import Home
from ledger.ops.audit import audit
from ledger.ops.findings import Finding
from ledger.protocol.errors.service import InvariantBroken
from ledger.store import open_reader

FREE_PORTS = Ports(0, 0, 0)


@click.command()
@click.option("--stay", is_flag=True, help="Keep the services running until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object last, for programs.")
@store_option
def demo(store: str, *, stay: bool, as_json: bool) -> None:
    """Play a day: scan, payment code, sticker, refund, forgery, settlement, reconciliation.

    Needs nothing, and leaves nothing behind but the pictures of its codes.
    """
    story = Story(aloud=not as_json)
    pictures = Path(tempfile.mkdtemp(prefix="qrpay-pictures-"))
    with (
        tempfile.TemporaryDirectory(prefix="qrpay-demo-") as folder,
        books_place.opened(home := Home(Path(folder)), store) as place,
    ):
        story.chapter("Three parties, three processes")
        with services.running(home, FREE_PORTS, place) as urls:
            for name, url in urls.items():
                story.tell(name, f"is ready at {url}")
            stage = Stage(Till(Service(urls["pos"])), Service(urls["wallet"]), pictures, story)
            clock = SharedClock(home.clock)
            at = place or home.part("ledger") / "books.db"
            day_end.open_the_shop(stage, clock, at)
            left_behind = checkouts.play(stage)
            settlement = day_end.play(stage, clock, at)
            findings, balance = look_into_books(at, story)
            if as_json:
                summary = {
                    "sound": not findings,
                    "payments": left_behind,
                    "settlement": settlement,
                    "trial_balance": balance,
                    "pictures": str(pictures),
                    "urls": urls,
                    "steps": story.steps,
                }
                click.echo(json.dumps(summary))
            else:
                click.echo(f"\nThe codes are in {pictures}: try `qrpay qr decode` on them.")
            if stay:
                click.echo("Still running; stop with Ctrl-C.", err=True)
                signal.sigwait({signal.SIGINT, signal.SIGTERM})
    if findings:
        raise InvariantBroken("; ".join(map(str, findings)))


def look_into_books(place: str | Path, story: Story) -> tuple[list[Finding], dict[str, object]]:
    """Audit the books while the ledger is at work, and tell the trial balance."""
    reader = open_reader(place)
    findings = audit(reader)
    with reader.reading() as view:
        accounts = view.journal.accounts()
        holders = books.holder_names(view, accounts)
    story.chapter("The books")
    for line in books.trial_balance_lines(accounts, holders):
        story.show(line)
    verdict = "; ".join(map(str, findings)) or "every sum, state and signature holds"
    story.tell("audit", verdict)
    return findings, books.trial_balance(accounts)
