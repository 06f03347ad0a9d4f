"""Show a code or read one, then pursue the payment until its end is known.

What to do is decided by ``pos.collect``; here it is stored, done, and what came of it stored again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.errors.vendors import DepositsNotTaken
from ledger.protocol.identifiers import PaymentId, check_body, payment_id_of
from ledger.protocol.instants import Instant, from_seconds, later, to_seconds
from ledger.protocol.messages import Intent, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money
from pos import receipts
from pos.acquirers.intents import Attempt, Profile
from pos.acquirers.port import Acquirer, Reply
from pos.codes import issue
from pos.codes.read import payment_code_in
from pos.collect import (
    READ_PATIENCE,
    SHOW_GRACE,
    Action,
    Collection,
    Event,
    Mode,
    Phase,
    ask_soon,
    feed,
    start,
    step,
)
from pos.counter.desk import Desk
from pos.store.evidence import Alarm
from pos.till import Sale, SaleEvent

TERMINAL_IN_NUMBER = 7
"""How much of the terminal's id goes in front of the request id in an order number: 32 in all."""

NONCE_BYTES = 12

EXPIRED = "EXPIRED"
"""Why an attempt ended that nobody paid in time."""


def show_code(desk: Desk, sale_id: str, profile: Profile) -> Sale:
    """Begin to collect a sale by showing a code of a profile, or the one the acquirer issues.

    Raises ``SaleNotFound``, ``SaleState``, and ``DepositsNotTaken``.
    """
    _carry_out(desk, *_begin(desk, sale_id, Mode.SHOW, profile))
    return desk.store.sales.get(sale_id)


def read_code(desk: Desk, sale_id: str, scanned: str) -> Sale:
    """Begin to collect a sale with the payment code on the payer's phone.

    Raises ``SaleNotFound``, ``SaleState``, and what is wrong with the code (``payment_code_in``).
    """
    payment_code = payment_code_in(scanned)
    _carry_out(desk, *_begin(desk, sale_id, Mode.READ, Profile.NONE), payment_code)
    return desk.store.sales.get(sale_id)


def pursue(desk: Desk, payment_id: PaymentId, *, hinted: bool = False) -> None:
    """Take the next step of a collection, if one is due: at most one call to the provider.

    ``hinted``: something is said to have happened, so it is due at once (``ask_soon``).
    """
    with desk.store.transaction():
        now, attempt = desk.clock.now(), _require(desk, payment_id)
        known = ask_soon(attempt.collection, now=now) if hinted else attempt.collection
        collection, action = step(known, now=now)
        if action in (Action.WAIT, Action.DONE):
            return
        settle(desk, attempt, collection)
    _carry_out(desk, attempt, action)


def ask(desk: Desk, sale_id: str) -> Sale:
    """Ask about a sale's collection now instead of when it is due; the till does so by itself, too.

    Raises ``SaleNotFound``.
    """
    running = running_attempt(desk, desk.store.sales.get(sale_id))
    if running is not None:
        pursue(desk, running.payment_id, hinted=True)
    return desk.store.sales.get(sale_id)


def hear(desk: Desk, attempt: Attempt, reply: Reply, *, sale: Sale | None = None) -> None:
    """Take in what came of a call, at any time; in a transaction of the caller's.

    ``sale`` is the attempt's, where the caller has just read it.
    """
    now = desk.clock.now()
    if reply.reason == AnswerDiffers.code:
        _alarm(desk, attempt, AnswerDiffers())
    if reply.code and not attempt.collection.is_final:
        desk.store.attempts.show(attempt.payment_id, reply.code)
    reason = EXPIRED if _expired(attempt, reply.event, now) else reply.reason
    settle(desk, attempt, feed(attempt.collection, reply.event, now=now, reason=reason), sale=sale)
    keep_receipts(desk, attempt, reply.receipts, told=reply.discount)


def settle(
    desk: Desk, attempt: Attempt, collection: Collection, *, sale: Sale | None = None
) -> None:
    """Store how far a collection is, and what that means for its sale; in a transaction."""
    if attempt.collection.is_final:
        return
    desk.store.attempts.update(attempt.payment_id, collection)
    sale = sale or desk.store.sales.get(attempt.sale_id)
    desk.store.sales.update(sale.follow(collection.phase))


def keep_receipts(
    desk: Desk, attempt: Attempt, signed: tuple[Signed, ...], *, told: Money | None = None
) -> None:
    """Keep the receipts that hold; an alarm for one that does not. In a transaction.

    ``told`` is the discount that the provider told beside them.
    """
    for each in signed:
        try:
            receipt = receipts.checked(each, desk.provider_keys(), attempt, told=told)
        except QrpayError as error:
            _alarm(desk, attempt, error)
        else:
            desk.store.evidence.keep_receipt(receipt.receipt_id, attempt.sale_id, each)


def receipts_of(desk: Desk, sale: Sale) -> list[Signed]:
    """List the receipts of a sale, asking the provider for those of a paid one if there are none.

    An answer that says "paid" may have come without its receipt.
    """
    known = desk.store.evidence.receipts(sale.sale_id)
    attempt = paid_attempt(desk, sale)
    if known or attempt is None:
        return known
    found = desk.acquirer.receipts(attempt.payment_id)
    with desk.store.transaction():
        keep_receipts(desk, attempt, found)
    return desk.store.evidence.receipts(sale.sale_id)


def running_attempt(desk: Desk, sale: Sale) -> Attempt | None:
    """Find the attempt to collect a sale that has not ended."""
    attempts = desk.store.attempts.of_sale(sale.sale_id)
    return next((each for each in attempts if not each.collection.is_final), None)


def paid_attempt(desk: Desk, sale: Sale) -> Attempt | None:
    """Find the attempt by which a sale was paid, or a deposit held."""
    attempts = desk.store.attempts.of_sale(sale.sale_id)
    held_or_paid = (Phase.HELD, Phase.PAID)
    return next((each for each in attempts if each.collection.phase in held_or_paid), None)


def _begin(desk: Desk, sale_id: str, mode: Mode, profile: Profile) -> tuple[Attempt, Action]:
    """Store a new attempt together with its first step, so that none is ever sent twice."""
    with desk.store.transaction():
        now = desk.clock.now()
        sale = desk.store.sales.get(sale_id).advance(SaleEvent.COLLECT)
        _require_collectable(desk, sale)
        request = _request(desk, sale, mode, now)
        attempt = _attempt(desk, sale, request, profile)
        collection, action = step(attempt.collection, now=now)
        attempt = replace(attempt, collection=collection)
        desk.store.sales.put(sale)
        desk.store.attempts.add(attempt)
    return attempt, action


def _require_collectable(desk: Desk, sale: Sale) -> None:
    if sale.intent is Intent.DEPOSIT and not desk.acquirer.manner.takes_deposits:
        raise DepositsNotTaken(desk.acquirer.name)


def _carry_out(
    desk: Desk, attempt: Attempt, action: Action, payment_code: str | None = None
) -> None:
    """Make the call that was stored, and store what came of it."""
    reply = _CALLS[action](desk.acquirer, attempt, payment_code)
    with desk.store.transaction():
        hear(desk, _require(desk, attempt.payment_id), reply)


_CALLS: Mapping[Action, Callable[[Acquirer, Attempt, str | None], Reply]] = {
    Action.REQUEST: lambda acquirer, attempt, code: acquirer.request(attempt, code),
    Action.QUERY: lambda acquirer, attempt, _: acquirer.query(attempt),
    Action.REVERSE: lambda acquirer, attempt, _: acquirer.reverse(attempt),
}


def _request(desk: Desk, sale: Sale, mode: Mode, now: Instant) -> PaymentRequest:
    """Ask to be paid. The provider sees a number and a hash, never what was bought."""
    body = desk.ids.body(now)
    terminal_id = desk.identity.terminal.terminal_id
    number = f"{terminal_id[:TERMINAL_IN_NUMBER]}-{body}"
    life_ms = desk.payment_life_ms if mode is Mode.SHOW else READ_PATIENCE
    # Codes carry whole seconds, and what a code says must be what the request says.
    expires_at = from_seconds(to_seconds(later(now, life_ms)))
    return PaymentRequest(
        request_id=check_body(body),
        merchant_id=desk.identity.merchant.merchant_id,
        terminal_id=terminal_id,
        merchant_order_no=number,
        amount=sale.total,
        subject=f"Order {number}",
        basket_hash=sale.basket.salted_hash(sale.salt),
        created_at=now,
        expires_at=expires_at,
        presented=Presented.MERCHANT if mode is Mode.SHOW else Presented.CONSUMER,
        intent=sale.intent,
    )


def _attempt(desk: Desk, sale: Sale, request: PaymentRequest, profile: Profile) -> Attempt:
    shown = request.presented is Presented.MERCHANT
    own_code = shown and not desk.acquirer.manner.issues_codes
    waits = later(request.expires_at, SHOW_GRACE) if shown else request.expires_at
    return Attempt(
        payment_id=payment_id_of(request.request_id),
        sale_id=sale.sale_id,
        merchant_order_no=request.merchant_order_no,
        amount=request.amount,
        request=messages.seal(request, desk.identity.key),
        profile=profile if own_code else Profile.NONE,
        code=_code(desk, request, profile) if own_code else "",
        created_at=request.created_at,
        expires_at=request.expires_at,
        collection=start(
            Mode.SHOW if shown else Mode.READ, now=request.created_at, give_up_at=waits
        ),
    )


def _code(desk: Desk, request: PaymentRequest, profile: Profile) -> str:
    if profile is Profile.LINK:
        return issue.link(request, desk.identity, desk.wallet_url)
    return issue.signed_code(request, desk.identity, desk.entropy(NONCE_BYTES))


def _require(desk: Desk, payment_id: PaymentId) -> Attempt:
    attempt = desk.store.attempts.find(payment_id)
    if attempt is None:
        raise InvariantBroken(f"{payment_id} was never stored")
    return attempt


def _expired(attempt: Attempt, event: Event, now: Instant) -> bool:
    return event is Event.CLOSED and now >= attempt.expires_at


def _alarm(desk: Desk, attempt: Attempt, error: QrpayError) -> None:
    now, about = desk.clock.now(), attempt.payment_id
    alarm = Alarm(now, error.code, error.detail or error.title(), attempt.sale_id, about)
    desk.store.evidence.raise_alarm(alarm)
