"""``qrpay ledger hold``: which deposits are held, and an operator's way to end one.

``list`` reads beside a ledger that is at work. ``release`` and ``expire`` write: books in a file
need their ledger stopped (``STORE_IN_USE`` otherwise), books in PostgreSQL do not. The ledger, when
it runs, tells the till what was booked.
"""

from __future__ import annotations

from collections.abc import Callable

import click

from ledger import config
from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place.writing import writing
from ledger.core.checkout import progress
from ledger.core.checkout.deposits import releases
from ledger.core.parties import keys
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import tell
from ledger.ops.keys import signing_key
from ledger.protocol.identifiers import IdSource, Kind, PaymentId, check
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import to_decimal
from ledger.protocol.signing import PrivateKey

LISTED_AT_MOST = 1000

Ending = Callable[[Books, PaymentId, Instant, IdSource, PrivateKey], Payment]


@click.group()
def hold() -> None:
    """Look after deposits: money that was set aside and is nobody's yet."""


@hold.command("list")
@books_options
def list_holds(books: str, *, as_json: bool) -> None:
    """Print the deposits that are held, the one that ends first before the others."""
    with looking_at(books) as view:
        held = view.payments.held(LISTED_AT_MOST)
    told = [_facts(payment) for payment in held]
    lines = ["  ".join(map(str, each.values())) for each in told]
    tell(told, *lines, f"{len(held)} held", as_json=as_json)


@hold.command()
@click.argument("payment_id")
@books_options
def release(payment_id: str, books: str, *, as_json: bool) -> None:
    """Give the deposit PAYMENT_ID back, as if its merchant had released it."""
    _end(books, payment_id, _release, as_json=as_json)


@hold.command()
@click.argument("payment_id")
@books_options
def expire(payment_id: str, books: str, *, as_json: bool) -> None:
    """Let the time of the deposit PAYMENT_ID be over now: it goes back."""
    _end(books, payment_id, _expire, as_json=as_json)


def _facts(payment: Payment) -> dict[str, object]:
    return {
        "payment_id": payment.payment_id,
        "merchant_id": payment.merchant_id,
        "merchant_order_no": payment.merchant_order_no,
        "amount": to_decimal(payment.amount),
        "currency": payment.amount.currency.code,
        "hold_until": "" if payment.hold_until is None else to_text(payment.hold_until),
    }


def _end(place: str, payment_id: str, ending: Ending, *, as_json: bool) -> None:
    payment_id, entropy = check(Kind.PAYMENT, payment_id), SystemEntropy()
    with writing(place) as (books, now):
        key = signing_key(config.from_environment().signing_key_path, entropy)
        # What another key than the books' own signed would be believed by nobody.
        keys.key_record(books, key_id=key.public.key_id)
        ended = ending(books, PaymentId(payment_id), now, IdSource(entropy), key)
    sentence = f"{ended.payment_id} is {ended.state}; {to_decimal(ended.amount)} went back"
    tell({**_facts(ended), "state": ended.state}, sentence, as_json=as_json)


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
