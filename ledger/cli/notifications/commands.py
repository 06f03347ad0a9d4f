"""``qrpay ledger notifications list``, ``show`` and ``resend``.

    qrpay ledger notifications list --state DEAD         which were given up
    qrpay ledger notifications show ntf_…                what is sent, each attempt, when next
    qrpay ledger notifications resend ntf_…              send it now, signed anew

They only read the books, so they work beside a ledger. What ``resend`` is answered is printed and
not noted: a notification that was not taken before goes on as if nobody had asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from ledger.cli import Exit
from ledger.cli.books import books_options, looking_at
from ledger.cli.notifications.telling import Told, desk
from ledger.core.notices import attempts
from ledger.core.ports import Books
from ledger.core.records.notices import DeliveryState, KeptAttempt, OutboxRow
from ledger.kit.terminal import HOW_MANY, tell
from ledger.ops.notifier import Attempt, Delivery
from ledger.protocol.instants import to_text
from ledger.protocol.native_wire import TAKEN

NATIVE = "native"


@click.command("list")
@click.option(
    "--limit", type=HOW_MANY, default=20, show_default=True, help="How many, newest first."
)
@click.option("--state", type=click.Choice([*DeliveryState]), help="Only those that stand so.")
@click.option("--merchant", help="Only those to this merchant.")
@books_options
def list_command(
    books: str, *, limit: int, state: str | None, merchant: str | None, as_json: bool
) -> None:
    """Print the newest notifications: whom, about what, how they stand, what was answered."""
    with looking_at(books) as view:
        rows = view.outbox.latest(limit, DeliveryState(state) if state else None)
        found = [_facts(view, row) for row in rows if merchant in (None, row.merchant_id)]
    tell(found, *map(_line, found), as_json=as_json)


def _facts(view: Books, row: OutboxRow) -> dict[str, object]:
    sold = view.vendor_orders.of_payment(row.payment_id)
    payment = view.payments.find(row.payment_id)
    is_pending = row.state is DeliveryState.PENDING
    own_no = payment.merchant_order_no if payment else ""
    return {
        "notification_id": row.notification_id,
        "event": row.event,
        "by": sold.face if sold else NATIVE,
        "merchant_id": row.merchant_id,
        "order_no": sold.out_no if sold else own_no,
        "payment_id": row.payment_id,
        "refund_id": row.refund_id or "",
        "created_at": to_text(row.created_at),
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt_at": to_text(row.due_at) if is_pending else "",
        "answer": row.answer,
    }


def _line(facts: dict[str, object]) -> str:
    head = f"{facts['notification_id']}  {facts['event']:<18} {facts['by']:<12} {facts['order_no']}"
    stands = f"{facts['state']} after {facts['attempts']}"
    due = f", next {facts['next_attempt_at']}" if facts["next_attempt_at"] else ""
    return f"{head}\n    {stands}{due}  {facts['answer']}".rstrip()


@click.command()
@click.argument("notification_id")
@books_options
def show(notification_id: str, books: str, *, as_json: bool) -> None:
    """Print one notification: how it stands, each attempt, and what the next one sends.

    A vendor's notification is signed anew for each attempt, so its time and signature are those of
    now; everything else is what was sent before.
    """
    with desk(books) as here:
        told = here.told(notification_id)
    with looking_at(books) as view:
        facts = _facts(view, told.row)
        made = attempts.log_of(view, told.row)
    lines = [f"{name:<16} {value}" for name, value in facts.items()]
    lines += [f"attempt {each.number:<8} {to_text(each.made_at)}  {each.answer}" for each in made]
    sent = [*_sent(told)]
    whole = {**facts, "tried": [_tried(each) for each in made], "sends": "\n".join(sent)}
    tell(whole, *lines, *sent, as_json=as_json)


def _tried(made: KeptAttempt) -> dict[str, object]:
    return {"number": made.number, "made_at": to_text(made.made_at), "answer": made.answer}


def _sent(told: Told) -> Iterator[str]:
    if isinstance(told.next, Attempt):
        yield f"nothing is sent: {told.next.answer}"
        return
    if told.vendor_order is None and not told.row.notification.text:
        yield "nothing is sent: its text was forgotten"
        return
    yield f"POST {told.next.url or '(no address is registered)'}"
    for name, value in told.next.headers.items():
        yield f"{name}: {value}"
    yield ""
    yield told.next.body.decode("utf-8", "replace")


@click.command()
@click.argument("notification_id")
@books_options
def resend(notification_id: str, books: str, *, as_json: bool) -> None:
    """Send one notification now, signed anew, and print what was answered.

    Exit code 0 means that the merchant took it.
    """
    with desk(books) as here:
        told = here.told(notification_id)
        if not isinstance(told.next, Delivery) or not _has_text(told):
            raise click.ClickException("\n".join(_sent(told)))
        answer = here.send(told.next)
    url = told.next.url
    tell({"url": url, "answer": answer}, f"POST {url}", answer, as_json=as_json)
    if answer != TAKEN:
        raise SystemExit(Exit.FAILED)


def _has_text(told: Told) -> bool:
    return told.vendor_order is not None or bool(told.row.notification.text)
