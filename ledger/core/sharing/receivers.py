"""Receivers: whom a merchant has bound, so that they may get shares of its payments.

Money goes from one merchant to another only along such a relation, which the one who pays has made
before: a mistyped number in a request can't send money to a stranger. That is how Alipay keeps it
(``alipay.trade.royalty.relation.bind``). Unbinding ends it for shares to come and takes nothing
back.
"""

from __future__ import annotations

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.sharing import Receiver
from ledger.protocol.errors.vendors import ReceiverNotBound, ReceiverUnfit
from ledger.protocol.identifiers import check_text
from ledger.protocol.instants import Instant

MEMO_LENGTH = 256


def bind(
    books: Books, *, merchant_id: str, receiver_id: str, memo: str = "", now: Instant
) -> Receiver:
    """Bind a receiver; again is the same relation, with the new memo.

    Raises ``MerchantNotFound``, ``ReceiverUnfit``, ``TextCharacter``.
    """
    merchant = require_merchant(books, merchant_id)
    receiver = require_merchant(books, receiver_id)
    if receiver.merchant_id == merchant.merchant_id:
        raise ReceiverUnfit("a merchant is no receiver of its own")
    if receiver.currency != merchant.currency:
        raise ReceiverUnfit(f"{receiver_id} is paid in {receiver.currency.code}")
    bound = Receiver(merchant_id, receiver_id, check_text(memo, MEMO_LENGTH), now)
    books.sharing.bind(bound)
    return bound


def require_bound(books: Books, *, merchant_id: str, receiver_id: str) -> Receiver:
    """Find a merchant's receiver or raise ``ReceiverNotBound``."""
    found = books.sharing.receiver(merchant_id, receiver_id)
    if found is None:
        raise ReceiverNotBound(f"{receiver_id} is not bound")
    return found
