"""Shops, payers with money, and payments that wait to be captured, on new books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

from ledger.core.books import issuance
from ledger.core.books.accounts import fees_account, merchant_account
from ledger.core.parties import register
from ledger.core.ports import Books
from ledger.core.records.gathering import Gathered
from ledger.core.records.parties import Names, Payer
from ledger.core.records.payments import Payment
from ledger.kit.entropy import SystemEntropy
from ledger.ops.seed import DROGERIE
from ledger.protocol.identifiers import IdSource, Kind, PayerId, PaymentId
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from ledger.store import BooksStore

FUNDS_MINOR = 10**10
PRICE = Money(1_295, DROGERIE.currency)
REQUEST_CHARACTERS = 320
"""A payment keeps the code that opened it."""

_AT_ONCE = 1_024
_LETTERS = "ABEFGHKPSTXYZ"
"""No two of these can be taken for each other, nor any pair for a third."""
_LENGTH = 4
SHOPS_MOST = len(_LETTERS) ** _LENGTH
"""There are names for so many shops."""


@dataclass(frozen=True)
class Ground:
    """New books with shops and payers in them."""

    store: BooksStore
    ids: IdSource
    now: Instant
    merchant_ids: Sequence[str]
    payer_ids: Sequence[PayerId]

    def waiting(self, count: int, *, merchants: int) -> list[Payment]:
        """Open so many payments that are claimed, at the first so many shops in turn."""
        shops, payers = cycle(self.merchant_ids[:merchants]), cycle(self.payer_ids)
        payments = [self.payment(next(shops), next(payers)) for _ in range(count)]
        for some in _by(_AT_ONCE, payments):
            with self.store.transaction() as books:
                opened = {payment.payment_id: payment for payment in some}
                books.gathering.write(Gathered(opened=opened))
        return payments

    def payment(self, merchant_id: str, payer_id: PayerId) -> Payment:
        """Make a payment that is claimed and stands nowhere yet."""
        request_id = self.ids.body(self.now)
        return Payment(
            payment_id=PaymentId(f"pay_{request_id}"),
            merchant_id=merchant_id,
            terminal_id="T01",
            merchant_order_no=request_id,
            amount=PRICE,
            subject="",
            basket_hash="",
            presented=Presented.MERCHANT,
            request_text="0" * REQUEST_CHARACTERS,
            state=PaymentState.AUTHORISING,
            created_at=self.now,
            expires_at=later(self.now, 3 * MINUTE),
            refunded=Money(0, PRICE.currency),
            payer_id=payer_id,
        )


def prepare(store: BooksStore, *, merchants: int, payers: int, now: Instant) -> Ground:
    """Register shops and payers, and give each payer play money."""
    ids = IdSource(SystemEntropy())
    with store.transaction() as books:
        shops = [_shop(books, number) for number in range(merchants)]
        books.journal.open_accounts([fees_account(PRICE.currency)])
        people = [_payer(books, ids, now) for _ in range(payers)]
    return Ground(store, ids, now, shops, people)


def _shop(books: Books, number: int) -> str:
    if number >= SHOPS_MOST:
        raise ValueError(f"there are names for {SHOPS_MOST} shops")
    places = (number // len(_LETTERS) ** power % len(_LETTERS) for power in range(_LENGTH))
    name = f"Stand {''.join(_LETTERS[place] for place in places)}"
    names = Names(de=name, en=name, zh=name)
    shop = replace(DROGERIE, merchant_id=f"M{number:014}", name=name, names=names)
    register.register_merchant(books, merchant=shop)
    books.journal.open_accounts([merchant_account(shop.merchant_id, PRICE.currency)])
    return shop.merchant_id


def _payer(books: Books, ids: IdSource, now: Instant) -> PayerId:
    payer = Payer(
        payer_id=PayerId(ids.new(Kind.PAYER, now)),
        display_name="A payer",
        currency=PRICE.currency,
        locale="en",
        pairwise_secret=bytes(register.SECRET_BYTES),
    )
    register.register_payer(books, payer=payer)
    funds = Money(FUNDS_MINOR, PRICE.currency)
    issuance.issue(
        books, payer_id=payer.payer_id, amount=funds, reason="a measurement", now=now, ids=ids
    )
    return payer.payer_id


def _by(size: int, payments: Sequence[Payment]) -> Iterator[list[Payment]]:
    remaining = iter(payments)
    while some := list(islice(remaining, size)):
        yield some
