"""What a shop's till says to the ledger, and says it correctly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ledger.core.checkout import (
    consents,
    endings,
    requests,
)
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.deposits import captures, releases
from ledger.core.parties import fee_terms, grants, register
from ledger.core.ports import Books
from ledger.core.records.funding import Grant
from ledger.core.records.parties import FeeTerms
from ledger.core.records.payments import Payment
from ledger.core.records.sharing import Share, SharePart
from ledger.core.returns import refunds, reversals
from ledger.core.returns.refunds import RefundResult
from ledger.core.returns.reversals import Reversal
from ledger.core.sharing import receivers, shares
from ledger.protocol import messages
from ledger.protocol.identifiers import (
    PaymentId,
    RequestId,
    body_of,
)
from ledger.protocol.instants import DAY, MINUTE, SECOND, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, StickerCode, profile_s, profile_t
from ledger.protocol.messages import FundingSource, Intent, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from tests.core.ground import EUR, SHOP, Ground


class Tills(Ground):
    """The tills of the demo shops."""

    def agree_fee(
        self,
        bps: int,
        *,
        merchant_id: str = SHOP,
        minimum_minor: int = 0,
        maximum_minor: int | None = None,
    ) -> FeeTerms:
        """From now on a shop pays a fee; until then the shops of this world pay none."""
        terms = FeeTerms(merchant_id, self.now, bps, minimum_minor, maximum_minor)
        with self.store.transaction() as books:
            return fee_terms.agree(books, terms=terms, now=self.now)

    def grant(
        self,
        name: str,
        amount_minor: int,
        source: FundingSource = FundingSource.COUPON,
        *,
        merchant_id: str = "",
        days: int = 30,
        code: str = "EUR",
    ) -> Grant:
        """An operator gives a payer a coupon or points."""
        with self.store.transaction() as books:
            return grants.grant(
                books,
                payer_id=self.payer_id(name),
                source=source,
                amount=Money(amount_minor, currency(code)),
                merchant_id=merchant_id,
                valid_until=later(self.now, days * DAY),
                now=self.now,
                ids=self.ids,
            )

    def new_request(
        self,
        amount_minor: int,
        *,
        order_no: str | None = None,
        merchant_id: str = SHOP,
        presented: Presented = Presented.MERCHANT,
        lifetime_ms: int = 3 * MINUTE,
    ) -> PaymentRequest:
        """A fresh request of a till."""
        request_id = RequestId(self.ids.body(self.now))
        number = order_no or f"K{request_id}"
        return PaymentRequest(
            request_id=request_id,
            merchant_id=merchant_id,
            terminal_id="T01",
            merchant_order_no=number,
            amount=Money(amount_minor, EUR),
            subject=f"Order {number}",
            basket_hash="",
            created_at=self.now,
            expires_at=later(self.now, lifetime_ms),
            presented=presented,
        )

    def new_deposit(
        self,
        amount_minor: int,
        *,
        presented: Presented = Presented.MERCHANT,
        hold_until: Instant | None = None,
    ) -> PaymentRequest:
        """A fresh request of a till for a deposit."""
        asked = self.new_request(amount_minor, presented=presented)
        return replace(asked, intent=Intent.DEPOSIT, hold_until=hold_until)

    def capture(
        self, payment: Payment, amount_minor: int, *, merchant_id: str = SHOP, code: str = "EUR"
    ) -> Captured:
        """The merchant takes a part of a deposit."""
        with self.store.transaction() as books:
            return captures.capture(
                books,
                merchant_id=merchant_id,
                payment_id=payment.payment_id,
                amount=Money(amount_minor, currency(code)),
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def give_back(self, payment: Payment, *, merchant_id: str = SHOP) -> Payment:
        """The merchant releases a deposit."""
        with self.store.transaction() as books:
            return releases.release(
                books,
                merchant_id=merchant_id,
                payment_id=payment.payment_id,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def end_holds(self, limit: int = 100) -> list[Payment]:
        """The sweeper gives back deposits whose time is over."""
        return self.end_holds_at(self.now, limit)

    def end_holds_at(self, now: Instant, limit: int = 100) -> list[Payment]:
        """The sweeper, whose clock may be ahead, gives back deposits whose time is over."""
        with self.store.transaction() as books:
            return releases.expire_due(books, now=now, limit=limit, ids=self.ids, key=self.key)

    def send(self, request: PaymentRequest) -> Payment:
        """Seal a request as its till and bring it to the ledger."""
        signed = messages.seal(request, self.till_keys[request.merchant_id])
        return self.send_signed(signed, request.merchant_id)

    def send_signed(self, signed: Signed, merchant_id: str) -> Payment:
        """Bring a sealed request to the ledger."""
        with self.store.reading() as books:
            opened = consents.open_request(
                books, signed=signed, merchant_id=merchant_id, now=self.now
            )
        with self.store.transaction() as books:
            return requests.request(books, request=opened, policy=self.policy, now=self.now)

    def request(
        self, amount_minor: int, *, order_no: str | None = None, merchant_id: str = SHOP
    ) -> Payment:
        """A till asks to be paid."""
        return self.send(self.new_request(amount_minor, order_no=order_no, merchant_id=merchant_id))

    def code(
        self, payment: Payment, change: Callable[[DynamicCode], DynamicCode] = lambda c: c
    ) -> str:
        """The code the till shows for a payment; ``change`` makes it say something else."""
        till_key = self.till_keys[payment.merchant_id]
        with self.store.reading() as books:
            merchant = register.require_merchant(books, payment.merchant_id)
        code = DynamicCode(
            merchant_id=merchant.merchant_id,
            merchant_name=merchant.name,
            merchant_city=merchant.city,
            country=merchant.country,
            mcc=merchant.mcc,
            terminal_label=payment.terminal_id,
            key_id=till_key.public.key_id,
            amount=payment.amount,
            request_id=RequestId(body_of(payment.payment_id)),
            issued_at=Instant(self.now - self.now % SECOND),
            expires_at=payment.expires_at,
            nonce=self.entropy(12),
        )
        return profile_s.encode(change(code), till_key)

    def sticker(
        self,
        merchant_id: str = SHOP,
        change: Callable[[StickerCode], StickerCode] = lambda code: code,
    ) -> str:
        """The sticker on a shop's counter; ``change`` makes it say something else."""
        till_key = self.till_keys[merchant_id]
        with self.store.reading() as books:
            merchant = register.require_merchant(books, merchant_id)
        code = StickerCode(
            merchant_id=merchant.merchant_id,
            merchant_name=merchant.name,
            merchant_city=merchant.city,
            country=merchant.country,
            mcc=merchant.mcc,
            terminal_label="T02",
            key_id=till_key.public.key_id,
            currency=merchant.currency,
        )
        return profile_t.encode(change(code), till_key)

    def close_payment(self, payment: Payment) -> Payment:
        """The merchant ends a payment that is not paid."""
        with self.store.transaction() as books:
            return endings.close(
                books,
                merchant_id=payment.merchant_id,
                payment_id=payment.payment_id,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def reverse(self, payment_id: PaymentId, order_no: str, merchant_id: str = SHOP) -> Reversal:
        """The merchant undoes an attempt, whatever became of it."""
        with self.store.transaction() as books:
            return reversals.reverse(
                books,
                merchant_id=merchant_id,
                payment_id=payment_id,
                merchant_order_no=order_no,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def expire(self, limit: int = 100) -> list[Payment]:
        """The sweeper closes what is overdue."""
        with self.store.transaction() as books:
            return endings.expire_due(books, now=self.now, limit=limit, ids=self.ids, key=self.key)

    def share(
        self, payment: Payment, number: str, *parts: tuple[str, int], bind: bool = True
    ) -> Share:
        """The merchant shares a payment with others, whom it has bound before."""
        with self.store.transaction() as books:
            for receiver_id, _ in parts if bind else ():
                receivers.bind(
                    books, merchant_id=payment.merchant_id, receiver_id=receiver_id, now=self.now
                )
        with self.store.transaction() as books:
            return shares.share(
                books,
                payment_id=payment.payment_id,
                request_no=number,
                share_no=self.ids.body(self.now),
                parts=_parts(payment, parts),
                now=self.now,
                ids=self.ids,
            )

    def refund_shared(
        self,
        payment: Payment,
        amount_minor: int,
        number: str,
        *parts: tuple[str, int],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> RefundResult:
        """The merchant gives a part back, and takes back shares with it, something in between."""
        with self.store.transaction() as books:
            given = self._refund(books, payment, amount_minor, number)
            meanwhile()
            shares.take_back(
                books,
                refund=given.refund,
                request_no=number,
                share_no=self.ids.body(self.now),
                parts=_parts(payment, parts),
                now=self.now,
                ids=self.ids,
            )
        return given

    def refund(
        self, payment: Payment, amount_minor: int, number: str, reason: str = ""
    ) -> RefundResult:
        """The merchant gives a part back."""
        with self.store.transaction() as books:
            return self._refund(books, payment, amount_minor, number, reason)

    def _refund(
        self, books: Books, payment: Payment, amount_minor: int, number: str, reason: str = ""
    ) -> RefundResult:
        return refunds.refund(
            books,
            merchant_id=payment.merchant_id,
            payment_id=payment.payment_id,
            merchant_refund_no=number,
            amount=Money(amount_minor, payment.amount.currency),
            reason=reason,
            now=self.now,
            ids=self.ids,
            key=self.key,
        )


def _parts(payment: Payment, parts: Sequence[tuple[str, int]]) -> list[SharePart]:
    of = payment.amount.currency
    return [SharePart(receiver_id, Money(minor, of)) for receiver_id, minor in parts]
