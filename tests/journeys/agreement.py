"""At rest, till, wallets and ledger tell the same story, and the books are sound.

``require_agreement`` is what every journey ends with. It compares, payment by payment, three stores
that know nothing of each other, and adds the money up in three ways: by the ledger's accounts, by
the receipts on the phones, and by the sales of the till.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.core.records.payments import Payment
from ledger.ops.audit import audit
from ledger.ops.seed import DROGERIE
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.messages import Intent, Presented
from pos.acquirers.intents import Attempt
from pos.collect import Phase
from pos.till import Sale, SaleState
from tests.journeys.world import MANY, OPENING_BALANCES, World
from wallet.review import Review, State

ENDS_ALIKE: Mapping[PaymentState, frozenset[Phase]] = {
    PaymentState.PAID: frozenset({Phase.PAID}),
    PaymentState.FULLY_REFUNDED: frozenset({Phase.PAID}),
    PaymentState.FINISHED: frozenset({Phase.PAID}),
    PaymentState.DECLINED: frozenset({Phase.NOT_PAID}),
    PaymentState.CLOSED: frozenset({Phase.NOT_PAID}),
    PaymentState.REVERSED: frozenset({Phase.REVERSED}),
}
"""How the till's collection ends when the ledger's payment ends so; no other state is an end."""

DEPOSIT_AT_THE_TILL: Mapping[PaymentState, SaleState] = {
    PaymentState.HELD: SaleState.HELD,
    PaymentState.PAID: SaleState.PAID,
    PaymentState.FULLY_REFUNDED: SaleState.REFUNDED,
    PaymentState.CLOSED: SaleState.RELEASED,
    PaymentState.REVERSED: SaleState.RELEASED,
}
"""What the till says of a deposit that was held, and the ledger of its payment."""

DEPOSIT_ON_THE_PHONE: Mapping[PaymentState, State] = {
    PaymentState.HELD: State.HELD,
    PaymentState.PAID: State.CAPTURED,
    PaymentState.FULLY_REFUNDED: State.CAPTURED,
    PaymentState.CLOSED: State.RELEASED,
    PaymentState.REVERSED: State.RELEASED,
}
"""What the phone says of a deposit that its payer agreed to, once they look."""


def require_agreement(world: World) -> None:
    """Fail unless all three parties agree on everything; the world has to be at rest."""
    require_sound_books(world)
    payments = payments_of(world)
    require_same_at_the_till(world, payments)
    require_same_on_the_phones(world, payments)
    require_same_receipts(world, payments)
    require_same_money(world)
    assert world.till.alarms() == []


def payments_of(world: World) -> dict[str, Payment]:
    """Every payment in the books by its id."""
    with world.ledger.store.reading() as books:
        return {payment.payment_id: payment for payment in books.payments.page("", MANY)}


def attempts_of(world: World) -> dict[str, Attempt]:
    """Every attempt of the till to collect, by its payment's id."""
    store = world.desk.store
    return {
        attempt.payment_id: attempt
        for sale in store.sales.latest(MANY)
        for attempt in store.attempts.of_sale(sale.sale_id)
    }


def reviews_of(world: World) -> list[Review]:
    """Everything that was ever shown on a phone."""
    rows = world.stores["wallet"]._connection.execute("SELECT wallet, review_id FROM review")
    get = world.phones.store.reviews.get
    return [get(str(name), str(review_id)) for name, review_id in rows.fetchall()]


def require_sound_books(world: World) -> None:
    """The audit finds nothing, and nobody is left untold."""
    assert audit(world.books_file) == []
    with world.ledger.store.reading() as books:
        assert books.outbox.waiting() == 0


def require_same_at_the_till(world: World, payments: Mapping[str, Payment]) -> None:
    """Each collection has ended as its payment has, for the same amount; no payment is unknown."""
    attempts = attempts_of(world)
    for payment_id, attempt in attempts.items():
        payment, phase = payments.get(payment_id), attempt.collection.phase
        if payment is None:
            assert phase is Phase.NOT_PAID, f"{payment_id} is {phase} and was never in the books"
        else:
            alike = phase is Phase.HELD or phase in ENDS_ALIKE[payment.state]
            assert alike, f"{payment_id}: {payment.state}, {phase}"
            assert payment.is_tombstone or payment.amount == attempt.amount
    ours = {id_ for id_, each in payments.items() if each.merchant_id == DROGERIE.merchant_id}
    for payment_id in ours - set(attempts):
        # Somebody scanned a sticker and did not pay: the till never hears of that.
        payment = payments[payment_id]
        assert (payment.presented, payment.paid_at) == (Presented.STICKER, None), payment_id
    for sale in world.desk.store.sales.latest(MANY):
        require_sale_follows(world, sale, payments)


def require_sale_follows(world: World, sale: Sale, payments: Mapping[str, Payment]) -> None:
    """A sale is paid by one attempt at most, and says what came of it and of its refunds."""
    store = world.desk.store
    attempts = store.attempts.of_sale(sale.sale_id)
    refunds = store.refunds.of_sale(sale.sale_id)
    paid = [each for each in attempts if each.collection.phase in (Phase.PAID, Phase.HELD)]
    assert len(paid) <= 1, f"{sale.sale_id} was paid more than once"
    assert {each.state for each in refunds} <= {RefundState.SUCCEEDED, RefundState.FAILED}
    done = [each.amount.minor_units for each in refunds if each.state is RefundState.SUCCEEDED]
    if not paid:
        assert sale.state in (SaleState.OPEN, SaleState.ABANDONED), f"{sale.sale_id}: {sale.state}"
        assert not done
        return
    payment = payments[paid[0].payment_id]
    assert sum(done) == payment.refunded.minor_units
    if payment.intent is Intent.DEPOSIT:
        assert sale.state is DEPOSIT_AT_THE_TILL[payment.state]
        assert sale.captured == payment.captured
        return
    is_whole = payment.state is PaymentState.FULLY_REFUNDED
    assert sale.state is (SaleState.REFUNDED if is_whole else SaleState.PAID)


def require_same_on_the_phones(world: World, payments: Mapping[str, Payment]) -> None:
    """Who was told PAID has paid, for what was shown; who has paid was told so."""
    payer_ids = {phone.name: phone.payer_id for phone in world.phones.store.wallets.list()}
    told_paid = set()
    for review in reviews_of(world):
        shown, payment = review.shown, payments[review.shown.payment_id]
        was_paid_here = payment.paid_at is not None and payment.payer_id == payer_ids[review.wallet]
        assert review.state is not State.APPROVED, f"{review.review_id} is still unknown"
        if shown.intent is Intent.DEPOSIT:
            require_deposit_follows(world, review, payment)
            continue
        assert (review.state is State.PAID) == was_paid_here, f"{review}, {payment.state}"
        if review.state is State.PAID:
            told_paid.add(payment.payment_id)
            assert (shown.amount, shown.payer_amount) == (payment.amount, payment.payer_amount)
        if review.state is State.DECLINED:
            assert payment.state is PaymentState.DECLINED
    with_consent = {
        payment.payment_id
        for payment in payments.values()
        if payment.paid_at is not None
        and payment.presented is not Presented.CONSUMER
        and payment.intent is Intent.SALE
    }
    assert with_consent <= told_paid


def require_deposit_follows(world: World, review: Review, payment: Payment) -> None:
    """Who looks at a deposit again sees what became of it."""
    if review.state in (State.HELD, State.CAPTURED, State.RELEASED):
        world.phone(review.wallet).review({"review_id": review.review_id})
        seen = world.phones.store.reviews.get(review.wallet, review.review_id)
        assert seen.state is DEPOSIT_ON_THE_PHONE[payment.state]


def require_same_receipts(world: World, payments: Mapping[str, Payment]) -> None:
    """Both sides hold the ledger's receipts, each verifies, and a paid sale's papers are whole."""
    with world.ledger.store.reading() as books:
        kept = books.receipts.page("", MANY)
    for phone in world.phones.store.wallets.list():
        history = world.phone(phone.name).history()
        assert all(receipt["verifies"] for receipt in history)
        issued = {each.receipt_id for each in kept if each.payer_id == phone.payer_id}
        assert {receipt["receipt_id"] for receipt in history} == issued
    by_payment: dict[str, set[str]] = {payment_id: set() for payment_id in payments}
    for each in kept:
        by_payment[each.payment_id].add(each.receipt_id)
    for sale in world.desk.store.sales.latest(MANY):
        attempts = world.desk.store.attempts.of_sale(sale.sale_id)
        require_papers_of(world, sale, attempts, by_payment)


def require_papers_of(
    world: World, sale: Sale, attempts: Sequence[Attempt], issued: Mapping[str, set[str]]
) -> None:
    """The till's receipts of a sale are receipts of its payments; of the paid one, all."""
    held = {each["receipt_id"] for each in world.till.receipts(sale.sale_id)["receipts"]}
    assert held <= set().union(*(issued.get(each.payment_id, set()) for each in attempts))
    for attempt in attempts:
        if attempt.collection.phase is Phase.PAID:
            assert issued[attempt.payment_id] <= held, f"papers of {sale.sale_id} are missing"


def require_same_money(world: World) -> None:
    """Each phone's balance is what its receipts add up to, the shop's what its sales add up to."""
    for name, opening in OPENING_BALANCES.items():
        phone = world.phone(name)
        moved = sum(
            (-1 if said["kind"] == "payment" else 1) * said["payer_amount_minor"]
            for said in (receipt["states"] for receipt in phone.history())
        )
        assert phone.balance() + phone.held() == opening.minor_units + moved, name
    kept = [kept_of(world, sale) for sale in world.desk.store.sales.latest(MANY)]
    assert shops_balance(world) == sum(cents - fee_of(cents) for cents in kept)


def kept_of(world: World, sale: Sale) -> int:
    """What the shop keeps of a sale, in cents: without what its own coupon took off that."""
    if sale.state not in (SaleState.PAID, SaleState.REFUNDED):
        return 0
    given_back = sum(
        refund.amount.minor_units
        for refund in world.desk.store.refunds.of_sale(sale.sale_id)
        if refund.state is RefundState.SUCCEEDED
    )
    off: int = sum(
        (1 if receipt["kind"] == "payment" else -1)
        * (receipt["amount_minor"] - receipt["settled_minor"])
        for receipt in world.till.receipts(sale.sale_id)["receipts"]
    )
    return sale.paid.minor_units - given_back - off


def fee_of(cents: int) -> int:
    """The drugstore's 60 basis points, to the nearest cent, a half upwards."""
    return (cents * 60 + 5_000) // 10_000


def shops_balance(world: World) -> int:
    """What the ledger owes the shop and what it has paid out to it, in cents."""
    with world.ledger.store.reading() as books:
        accounts = {each.account_id: each.balance_minor for each in books.journal.accounts()}
    return accounts.get(f"merchant:{DROGERIE.merchant_id}:EUR", 0) + accounts.get("nostro:EUR", 0)
