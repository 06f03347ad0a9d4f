"""Show a code that needs no call: self-contained, it opens its payment when somebody scans it.

The provider hears of the payment from the wallet that pays it, and concludes from the code what a
request would have said: the request id is the order number, there is neither subject nor basket
hash. So a till sells while its line is down, and one unit of work is all that a sale costs it. What
is stored goes together with whatever other threads store at that moment (``EmbeddedStore.commit``).
The sale and its signature are made in there as well, so all sales of a crowd are made by one thread
while the others sleep: threads that work at once take the interpreter from each other, and a
change of threads costs more than a signature.

Who does not hear of the payment's end asks from time to time; while it is not found, nobody has
scanned. When the time is over, the id is reversed, so that nobody can pay it any more.
"""

from __future__ import annotations

from ledger.protocol.errors.checkout import SaleState
from ledger.protocol.errors.vendors import CodesAreIssued
from ledger.protocol.identifiers import Kind, check_body, payment_id_of
from ledger.protocol.instants import Instant, from_seconds, later, to_seconds
from ledger.protocol.messages import Intent, PaymentRequest, Presented
from pos.acquirers.intents import Attempt, Profile
from pos.codes import issue
from pos.collect import SHOW_GRACE, Mode, start
from pos.counter.desk import Desk
from pos.counter.sales import asked_for
from pos.goods.basket import SALT_BYTES, Basket
from pos.till import SALE, Sale, SaleEvent, SaleId

NONCE_BYTES = 12


def sell(desk: Desk, basket: Basket) -> tuple[Sale, Attempt]:
    """Ring up a sale and show its code, in one unit of work."""
    _require_own_codes(desk)
    return desk.store.commit(lambda: _sell(desk, basket, ""))


def sell_once(desk: Desk, basket: Basket, asked_key: str) -> Sale:
    """Do as ``sell``, unless this was asked for before; raises ``IdempotencyKeyReused``."""
    _require_own_codes(desk)
    return desk.store.commit(lambda: _sell_unless_known(desk, basket, asked_key))


def show(desk: Desk, sale_id: str) -> Sale:
    """Begin to collect a sale by showing such a code.

    Raises ``SaleNotFound`` and ``SaleState``; a deposit has to be requested first. This and what
    else is here raises ``CodesAreIssued`` where the acquirer gives the codes.
    """
    _require_own_codes(desk)
    return desk.store.commit(lambda: _begin(desk, sale_id))


def _require_own_codes(desk: Desk) -> None:
    if desk.acquirer.manner.issues_codes:
        raise CodesAreIssued(f"ask {desk.acquirer.name} for a code")


def _sell(desk: Desk, basket: Basket, asked_key: str) -> tuple[Sale, Attempt]:
    now = desk.clock.now()
    sale = Sale(
        sale_id=SaleId(desk.ids.new(Kind.SALE, now)),
        state=SALE.advance(SALE.initial, SaleEvent.COLLECT),
        basket=basket,
        salt=desk.entropy(SALT_BYTES),
        created_at=now,
        asked_key=asked_key,
    )
    attempt = _attempt(desk, sale, now)
    _keep(desk, sale, attempt)
    return sale, attempt


def _sell_unless_known(desk: Desk, basket: Basket, asked_key: str) -> Sale:
    known = asked_for(desk, basket, Intent.SALE, asked_key)
    return known if known is not None else _sell(desk, basket, asked_key)[0]


def _begin(desk: Desk, sale_id: str) -> Sale:
    sale = desk.store.sales.get(sale_id).advance(SaleEvent.COLLECT)
    if sale.intent is not Intent.SALE:
        raise SaleState("a self-contained code is for a sale, not for a deposit")
    _keep(desk, sale, _attempt(desk, sale, desk.clock.now()))
    return sale


def _keep(desk: Desk, sale: Sale, attempt: Attempt) -> None:
    desk.store.sales.put(sale)
    desk.store.attempts.add(attempt)


def _attempt(desk: Desk, sale: Sale, now: Instant) -> Attempt:
    request = _as_if_requested(desk, sale, now)
    return Attempt(
        payment_id=payment_id_of(request.request_id),
        sale_id=sale.sale_id,
        merchant_order_no=request.merchant_order_no,
        amount=request.amount,
        request=None,
        profile=Profile.SIGNED,
        code=issue.signed_code(request, desk.identity, desk.entropy(NONCE_BYTES)),
        created_at=now,
        expires_at=request.expires_at,
        collection=start(
            Mode.SELF_CONTAINED, now=now, give_up_at=later(request.expires_at, SHOW_GRACE)
        ),
    )


def _as_if_requested(desk: Desk, sale: Sale, now: Instant) -> PaymentRequest:
    """Say what the provider will conclude from the code."""
    body = check_body(desk.ids.body(now))
    return PaymentRequest(
        request_id=body,
        merchant_id=desk.identity.merchant.merchant_id,
        terminal_id=desk.identity.terminal.terminal_id,
        merchant_order_no=body,
        amount=sale.total,
        subject="",
        basket_hash="",
        created_at=from_seconds(to_seconds(now)),
        expires_at=from_seconds(to_seconds(later(now, desk.payment_life_ms))),
        presented=Presented.MERCHANT,
    )
