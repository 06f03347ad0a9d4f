"""The payment code: digits that the payer shows and a till scans, also without a network.

A code is made of a one-time handle and a proof of the running minute (``ledger.protocol.
payment_code``). While online the wallet keeps a pool of 20 handles; offline it shows one after the
other. A new minute takes the next handle, so that two codes of one payer have nothing in common to
whoever sees them; when all were shown, the one shown longest ago comes again, which is safe as long
as it was not paid with: the provider takes a handle once.

The pool is filled when fewer than five of its handles are new, or none is left, and the provider
answers. ``refresh`` takes the next handle at once, for a payer who thinks that somebody looked.

Above the provider's limit a code is not enough: the payment then waits for this payer's approval
(``waiting_for_approval``), as a review like that of a scanned code.
"""

from __future__ import annotations

from ledger.protocol import native_api, payment_code
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.instants import SECOND, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.native_wire import Nothing
from ledger.protocol.payment_code import NATIVE_PREFIX, WINDOW_MS, PaymentCode
from ledger.protocol.records import record
from wallet import scan
from wallet.device.knowledge import NO_ANSWER
from wallet.device.phone import Phone
from wallet.review import Review, Shown, State
from wallet.store.code_handles import PooledHandle

NEW_HANDLES_MIN = 5
MINUTES_AHEAD = 4


@record(frozen=True, slots=True)
class ShownCode:
    """The digits of the moment, until when they are shown, and how many handles were not yet."""

    code: PaymentCode
    new_handles: int

    def seconds_left(self, now: Instant) -> int:
        """Count the seconds until new digits must be shown, rounded up."""
        return max(0, -(-(self.code.valid_until - now) // SECOND))


def current(phone: Phone, *, now: Instant, prefix: str = NATIVE_PREFIX) -> ShownCode:
    """Give the code of this minute; ``ServiceUnavailable`` if there never was a pool.

    ``prefix`` is for tills that know a vendor's codes only (``payment_code.PREFIXES``).
    """
    pool = phone.store.code_handles.pool(phone.wallet.name)
    latest = pool[-1] if pool else None
    if latest is not None and latest.turn and latest.shown_at // WINDOW_MS == now // WINDOW_MS:
        return _code(phone, latest, pool, now, prefix)
    return refresh(phone, now=now, prefix=prefix)


def refresh(phone: Phone, *, now: Instant, prefix: str = NATIVE_PREFIX) -> ShownCode:
    """Give a code of the next handle; ``ServiceUnavailable`` if there never was a pool."""
    pool = _filled_pool(phone, now=now)
    if not pool:
        raise ServiceUnavailable("payment codes were never fetched")
    handle = pool[0]
    with phone.store.transaction():
        phone.store.code_handles.show(phone.wallet.name, handle.handle, now)
    phone.allowances.forget(phone.wallet.name)
    return _code(phone, handle, pool[1:], now, prefix)


def ahead(phone: Phone, *, now: Instant) -> list[PaymentCode]:
    """Give the code of this minute and those that ``current`` will give in the next ones.

    A page that shows them goes on without a network for so long and no longer: whoever gets hold of
    them can pay with each in its own minute alone. Raises what ``current`` raises.
    """
    shown = current(phone, now=now)
    secret = phone.vault.open_code_secret(phone.wallet.name, phone.wallet.sealed_code_secret)
    pool = phone.store.code_handles.pool(phone.wallet.name)
    minutes = range(1, MINUTES_AHEAD + 1)
    return [
        shown.code,
        *(
            payment_code.make(pooled.handle, secret, later(now, minute * WINDOW_MS))
            for minute, pooled in zip(minutes, pool[:-1], strict=False)
        ),
    ]


def fill(phone: Phone, *, now: Instant) -> None:
    """Fill the pool up; raises what asking the provider raises."""
    answered = phone.client.call(
        native_api.ISSUE_PAYMENT_CODES,
        Nothing(),
        idempotency_key=phone.ids.new(Kind.REVIEW, now),
    )
    with phone.store.transaction():
        phone.store.code_handles.fill(phone.wallet.name, answered.handles)


def _filled_pool(phone: Phone, *, now: Instant) -> list[PooledHandle]:
    pool = phone.store.code_handles.pool(phone.wallet.name)
    is_online = phone.vault.is_unlocked(phone.wallet.name)
    if _new(pool) < NEW_HANDLES_MIN and is_online:
        try:
            fill(phone, now=now)
        except NO_ANSWER:
            return pool
    return phone.store.code_handles.pool(phone.wallet.name)


def _new(pool: list[PooledHandle]) -> int:
    return sum(each.turn == 0 for each in pool)


def _code(
    phone: Phone, handle: PooledHandle, rest: list[PooledHandle], now: Instant, prefix: str
) -> ShownCode:
    secret = phone.vault.open_code_secret(phone.wallet.name, phone.wallet.sealed_code_secret)
    return ShownCode(payment_code.make(handle.handle, secret, now, prefix), _new(rest))


def waiting_for_approval(phone: Phone, *, now: Instant) -> list[Review]:
    """List the payments by payment code above the limit, which the payer is asked to approve.

    Raises ``WalletLocked`` and what asking the provider raises.
    """
    answered = phone.client.call(
        native_api.LIST_MY_PAYMENTS, query={"state": PaymentState.AUTHORISING}
    )
    reviews = (
        _review_of(phone, payment.payment_id, now=now)
        for payment in answered.payments
        if payment.presented == Presented.CONSUMER
    )
    return [review for review in reviews if review.state is State.SHOWN]


def _review_of(phone: Phone, payment_id: PaymentId, *, now: Instant) -> Review:
    known = phone.store.reviews.of_payment(phone.wallet.name, payment_id)
    if known is not None:
        return known
    offer = phone.client.call(native_api.GET_OFFER, payment_id=payment_id)
    return scan.show(phone, Shown.of(offer, code_digest=""), now=now)
