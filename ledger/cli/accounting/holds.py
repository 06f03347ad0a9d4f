"""``qrpay ledger hold``: which deposits are held, and an operator's way to end one.

``list`` reads beside a ledger that is at work. ``release`` and ``expire`` write, and books have one
writer: they need a ledger that has been stopped (``STORE_IN_USE`` otherwise). What they book is
told to the till when the ledger is started again.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from ledger import config
from ledger.cli.books import books_options, open_books
from ledger.core.checkout import progress
from ledger.core.checkout.deposits import releases
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.kit.clock import clock_at
from ledger.kit.entropy import SystemEntropy
from ledger.ops.keys import signing_key
from ledger.protocol.identifiers import IdSource, Kind, PaymentId, check
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import to_decimal
from ledger.protocol.signing import PrivateKey
from ledger.store import open_store

LISTED_AT_MOST = 1000

Ending = Callable[[Books, PaymentId, Instant, IdSource, PrivateKey], Payment]


@click.group()
def hold() -> None:
    """Look after deposits: money that was set aside and is nobody's yet."""


@hold.command("list")
@books_options
def list_holds(books: str, *, as_json: bool) -> None:
    """Print the deposits that are held, the one that ends first before the others."""
    with open_books(books).reading() as view:
        held = view.payments.held(LISTED_AT_MOST)
    if as_json:
        click.echo(json.dumps([_facts(payment) for payment in held]))
        return
    for payment in held:
        click.echo("  ".join(str(value) for value in _facts(payment).values()))
    click.echo(f"{len(held)} held")


@hold.command()
@click.argument("payment_id")
def release(payment_id: str) -> None:
    """Give the deposit PAYMENT_ID back, as if its merchant had released it."""
    _end(payment_id, _release)


@hold.command()
@click.argument("payment_id")
def expire(payment_id: str) -> None:
    """Let the time of the deposit PAYMENT_ID be over now: it goes back."""
    _end(payment_id, _expire)


def _facts(payment: Payment) -> dict[str, object]:
    return {
        "payment_id": payment.payment_id,
        "merchant_id": payment.merchant_id,
        "merchant_order_no": payment.merchant_order_no,
        "amount": to_decimal(payment.amount),
        "currency": payment.amount.currency.code,
        "hold_until": "" if payment.hold_until is None else to_text(payment.hold_until),
    }


def _end(payment_id: str, ending: Ending) -> None:
    settings = config.from_environment()
    payment_id = check(Kind.PAYMENT, payment_id)
    store, entropy = open_store(settings.books_path), SystemEntropy()
    try:
        key = signing_key(settings.signing_key_path, entropy)
        now, ids = clock_at(settings.clock).now(), IdSource(entropy)
        with store.transaction() as books:
            ended = ending(books, PaymentId(payment_id), now, ids, key)
    finally:
        store.close()
    click.echo(f"{ended.payment_id} is {ended.state}; {to_decimal(ended.amount)} went back")


def _release(
    books: Books, payment_id: PaymentId, now: Instant, ids: IdSource, key: PrivateKey
) -> Payment:
    merchant_id = progress.require_payment(books, payment_id).merchant_id
    return releases.release(
        books, merchant_id=merchant_id, payment_id=payment_id, now=now, ids=ids, key=key
    )


def _expire(
    books: Books, payment_id: PaymentId, now: Instant, ids: IdSource, key: PrivateKey
) -> Payment:
    return releases.expire(books, payment_id=payment_id, now=now, ids=ids, key=key)
