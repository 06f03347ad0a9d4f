"""What a payer's phone says to the ledger, and says it correctly."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core import idempotency
from ledger.core.books import funding
from ledger.core.checkout import (
    authorisations,
    claims,
    consents,
    endings,
    payment_codes,
    stickers,
)
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.claims import Offer
from ledger.core.checkout.consents import Consent
from ledger.core.checkout.deposits.holds import Held
from ledger.core.checkout.payment_codes import CodePayment
from ledger.core.idempotency import Reply
from ledger.core.parties import register
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol import messages, payment_code
from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import Kind
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Authorisation, PaymentRequest, Presented
from ledger.protocol.money import Money
from tests.core.ground import SHOP
from tests.core.tills import Tills


class Phones(Tills):
    """The phones of the demo payers."""

    def claim(self, payment: Payment, name: str, code: str | None = None) -> Offer:
        """A payer scans the code of a payment."""
        shown = code or self.code(payment)
        with self.store.transaction() as books:
            return claims.claim(
                books,
                payer_id=self.payer_id(name),
                payment_id=payment.payment_id,
                code=shown,
                rates=self.rates,
                policy=self.policy,
                now=self.now,
                ids=self.ids,
            )

    def claim_sticker(
        self, name: str, amount_minor: int, *, code: str | None = None, request_id: str = ""
    ) -> Offer:
        """A payer scans a sticker and types an amount."""
        scanned = code or self.sticker()
        with self.store.transaction() as books:
            return stickers.claim_sticker(
                books,
                payer_id=self.payer_id(name),
                code=scanned,
                amount=Money(amount_minor, self.typed),
                request_id=request_id or self.ids.body(self.now),
                rates=self.rates,
                policy=self.policy,
                now=self.now,
                ids=self.ids,
            )

    def decline(self, payment: Payment, name: str) -> Payment:
        """A payer says no."""
        with self.store.transaction() as books:
            return endings.decline(
                books,
                payer_id=self.payer_id(name),
                payment_id=payment.payment_id,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def release(self, payment: Payment, name: str) -> Payment:
        """A payer steps back without deciding."""
        with self.store.transaction() as books:
            return claims.release(
                books,
                payer_id=self.payer_id(name),
                payment_id=payment.payment_id,
                now=self.now,
            )

    def authorisation(self, payment: Payment, name: str) -> Authorisation:
        """What a wallet signs after it has shown the offer."""
        wallet = self.wallets[name]
        with self.store.reading() as books:
            claim = books.payments.claim(payment.payment_id)
            merchant = register.require_merchant(books, payment.merchant_id)
            funded = funding.paid(books.funding.lines(payment.payment_id))
        assert claim is not None
        return Authorisation(
            authorisation_id=self.ids.new(Kind.AUTHORISATION, self.now),
            payment_id=payment.payment_id,
            payer_id=wallet.payer.payer_id,
            device_id=wallet.device.device_id,
            merchant_id=payment.merchant_id,
            payee_name=merchant.name,
            amount=payment.amount,
            payer_amount=claim.payer_amount,
            quote_id=claim.quote_id or "",
            code_digest=claim.code_digest,
            authorised_at=self.now,
            intent=payment.intent,
            funding=funded,
        )

    def consent(self, authorisation: Authorisation, name: str) -> Consent:
        """Seal an authorisation as a payer's phone and open it as the ledger does."""
        wallet = self.wallets[name]
        with self.store.reading() as books:
            return consents.open_authorisation(
                books,
                signed=messages.seal(authorisation, wallet.key),
                payment_id=authorisation.payment_id,
                device=wallet.device,
                now=self.now,
            )

    def decide(self, consent: Consent) -> Captured:
        """The ledger decides on one consent to pay."""
        with self.store.transaction() as books:
            return self.decide_in(books, consent)

    def decide_in(self, books: Books, consent: Consent) -> Captured:
        """The ledger decides on one consent to pay, inside of a unit of work."""
        agreed = self.agree_in(books, consent)
        assert isinstance(agreed, Captured)
        return agreed

    def agree_in(self, books: Books, consent: Consent) -> Captured | Held:
        """The ledger decides on one consent, inside of a unit of work."""
        return authorisations.authorise_one(
            books,
            consent=consent,
            policy=self.policy,
            now=self.now,
            ids=self.ids,
            key=self.key,
        )

    def agree_to_hold(self, payment: Payment, name: str) -> Payment:
        """A payer who has scanned agrees to leave a deposit."""
        consent = self.consent(self.authorisation(payment, name), name)
        with self.store.transaction() as books:
            agreed = self.agree_in(books, consent)
        assert isinstance(agreed, Held)
        return agreed.payment

    def held(
        self, amount_minor: int, name: str = "li-wei", *, hold_until: Instant | None = None
    ) -> Payment:
        """A deposit from the till's request to the hold."""
        payment = self.send(self.new_deposit(amount_minor, hold_until=hold_until))
        self.claim(payment, name)
        return self.agree_to_hold(payment, name)

    def authorise(self, payment: Payment, name: str) -> Captured:
        """A payer who has scanned agrees."""
        return self.decide(self.consent(self.authorisation(payment, name), name))

    def paid(self, amount_minor: int, name: str = "li-wei", merchant_id: str = SHOP) -> Payment:
        """A payment from the till's request to the receipt."""
        payment = self.request(amount_minor, merchant_id=merchant_id)
        self.claim(payment, name)
        return self.authorise(payment, name).payment

    def handles(self, name: str) -> Sequence[str]:
        """A phone fetches handles for payment codes."""
        with self.store.transaction() as books:
            device = self.wallets[name].device
            pool = payment_codes.issue_handles(
                books, device=device, entropy=self.entropy, now=self.now
            )
        return [handle.handle for handle in pool]

    def codes(self, name: str) -> Sequence[str]:
        """All payment codes that a phone could show now."""
        return [self.code_of(name, handle) for handle in self.handles(name)]

    def shown_code(self, name: str) -> str:
        """A phone shows a payment code."""
        return self.code_of(name, self.handles(name)[0])

    def code_of(self, name: str, handle: str) -> str:
        """A phone shows the payment code of a handle."""
        secret = self.wallets[name].device.code_secret
        return payment_code.make(handle, secret, self.now).text

    def pay_with_code(self, request: PaymentRequest, code: str) -> CodePayment:
        """A till presents a payer's code."""
        with self.store.transaction() as books:
            return payment_codes.pay_with_code(
                books,
                request=request,
                payment_code=code,
                rates=self.rates,
                policy=self.policy,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

    def collect(self, amount_minor: int, name: str) -> CodePayment:
        """A payer shows a payment code and the till presents it with a fresh request."""
        request = self.new_request(amount_minor, presented=Presented.CONSUMER)
        return self.pay_with_code(request, self.shown_code(name))

    def guess(self, code: str, merchant_id: str = SHOP) -> str:
        """A till presents a code as over HTTP; gives what it is answered."""
        request = self.new_request(100, merchant_id=merchant_id, presented=Presented.CONSUMER)

        def perform(books: Books) -> CodePayment:
            return payment_codes.pay_with_code(
                books,
                request=request,
                payment_code=code,
                rates=self.rates,
                policy=self.policy,
                now=self.now,
                ids=self.ids,
                key=self.key,
            )

        def count(books: Books, refusal: QrpayError) -> None:
            payment_codes.count_miss(
                books, merchant_id=merchant_id, payment_code=code, refusal=refusal, now=self.now
            )

        with self.store.transaction() as books:
            reply = idempotency.once(
                books,
                scope=merchant_id,
                key=request.request_id,
                fingerprint="",
                now=self.now,
                perform=lambda: Reply(201, perform(books).payment.state),
                refuse=lambda refusal: Reply(refusal.status, refusal.code),
                after_refusal=lambda refusal: count(books, refusal),
            )
        return reply.body
