"""Hold: a deposit leaves the payer's balance and is nobody's yet.

    payer:…:CNY  -23438    hold:…:CNY  +23438

It is held in the payer's currency, at the rate of the quote they agreed to, so that whatever is
captured later is reckoned at that rate too and the exchange happens only with what is captured.
There is no receipt: a receipt states a final outcome, and this is none. What is held is told by the
payment's state, to both sides, and by ``held_minor`` beside the payer's balance.
"""

from __future__ import annotations

from ledger.core.books import journal
from ledger.core.books.accounts import hold_account, payer_account
from ledger.core.books.journal import Line
from ledger.core.checkout import progress
from ledger.core.checkout.claims import require_claim
from ledger.core.limits import Policy, require_allowance
from ledger.core.notices import notifications
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.parties import Payer
from ledger.core.records.payments import Claim, Payment
from ledger.protocol.errors.checkout import DepositCaptured, HoldExpired, PaymentNotHeld
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.money import Money
from ledger.protocol.records import record
from ledger.protocol.signing import PrivateKey


@record(frozen=True, slots=True)
class Held:
    """A deposit that the payer agreed to, as it stands now."""

    payment: Payment


def hold(
    books: Books,
    *,
    payment: Payment,
    claim: Claim,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Held:
    """Set the money of a claimed deposit aside.

    What is captured of it later counts as spent only then, and is not refused any more: so all
    that a payer has held must fit in what they may still spend now. Raises ``NotEnoughFunds``,
    ``DailyLimit``, ``MonthlyLimit``; the caller's unit of work then undoes what was begun.
    """
    held = progress.advance(books, payment, PaymentEvent.HOLD, now=now)
    journal.book(
        books,
        kind=EntryKind.HOLD,
        lines=journal.move(
            claim.payer_amount,
            source=payer_account(claim.payer_id, claim.payer_amount.currency),
            target=hold_account(claim.payer_id, claim.payer_amount.currency),
        ),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=payment.payment_id,
    )
    payer = require_payer(books, claim.payer_id)
    require_allowance(books, payer=payer, amount=held_of(books, payer), policy=policy, now=now)
    notifications.tell(
        books, event=NotificationEvent.PAYMENT_HELD, payment=held, now=now, ids=ids, key=key
    )
    return Held(held)


def held_of(books: Books, payer: Payer) -> Money:
    """Tell what of a payer's money is held, by all merchants together."""
    account = books.journal.account(hold_account(payer.payer_id, payer.currency).account_id)
    return Money(account.balance_minor if account else 0, payer.currency)


def back_to_payer(claim: Claim) -> list[Line]:
    """Lines by which all that was held for a claim goes back."""
    return journal.move(
        claim.payer_amount,
        source=hold_account(claim.payer_id, claim.payer_amount.currency),
        target=payer_account(claim.payer_id, claim.payer_amount.currency),
    )


def give_back(books: Books, payment: Payment, *, now: Instant, ids: IdSource) -> None:
    """Book that all that is held of a deposit goes back; its state is the caller's matter."""
    journal.book(
        books,
        kind=EntryKind.RELEASE,
        lines=back_to_payer(require_claim(books, payment)),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=payment.payment_id,
    )


def gone_back_by(books: Books, payment: Payment) -> PaymentEvent | None:
    """Tell which event gave a deposit back, None if none did."""
    event = books.payments.history(payment.payment_id)[-1].event
    return event if event in (PaymentEvent.RELEASE_HOLD, PaymentEvent.EXPIRE_HOLD) else None


def require_held(books: Books, payment: Payment) -> None:
    """Refuse whatever is not held now, by the rule that says why.

    Raises ``DepositCaptured``, ``HoldExpired``, ``PaymentNotHeld``.
    """
    if payment.state is PaymentState.HELD:
        return
    if payment.hold_until is not None and payment.captured is not None:
        raise DepositCaptured(f"{payment.captured} of {payment.payment_id} was captured")
    if gone_back_by(books, payment) is PaymentEvent.EXPIRE_HOLD:
        raise HoldExpired(payment.payment_id)
    raise PaymentNotHeld(f"{payment.payment_id} is a {payment.intent} and {payment.state}")
