"""A small world to try the core in: two shops, five payers, fixed keys, a clock that stands still.

``World`` holds a store and knows how tills and wallets would speak to the ledger, so that a test
says only what it is about:

    world = World()
    payment = world.request(1295)
    world.claim(payment, "li-wei")
    captured = world.authorise(payment, "li-wei")
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ledger.core.books import fx, issuance
from ledger.core.checkout import (
    authorisations,
    claims,
    consents,
    endings,
    payment_codes,
    requests,
    stickers,
)
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.claims import Offer
from ledger.core.checkout.consents import Consent
from ledger.core.checkout.payment_codes import CodePayment
from ledger.core.limits import SANDBOX_POLICY
from ledger.core.parties import enrolment, keys, register
from ledger.core.ports import Books
from ledger.core.queries import balance
from ledger.core.records.parties import Device, Merchant, Names, Payer, Terminal
from ledger.core.records.payments import Payment
from ledger.core.returns import refunds, reversals
from ledger.core.returns.refunds import RefundResult
from ledger.core.returns.reversals import Reversal
from ledger.kit.entropy import SeededEntropy
from ledger.protocol import messages, payment_code
from ledger.protocol.identifiers import (
    IdSource,
    Kind,
    PayerId,
    PaymentId,
    RequestId,
    body_of,
)
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, StickerCode, profile_s, profile_t
from ledger.protocol.messages import Authorisation, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.store import MEMORY, BooksFile, open_store

NOON = Instant(1_795_348_800_000)  # 2026-11-22T12:00:00Z
SHOP = "M2088DEMO000001"
KIOSK = "M2088DEMO000002"
FUNDS = {
    "li-wei": ("CNY", 500_000),
    "anna": ("EUR", 20_000),
    "chen-jing": ("CNY", 8_000),
    "yuki": ("JPY", 30_000),
    "omar": ("BHD", 50_000),
}
EUR = currency("EUR")


def seeded_key(name: str, algorithm: Algorithm = Algorithm.ED25519) -> PrivateKey:
    """The key of a test party, always the same."""
    return PrivateKey.from_seed(algorithm, hashlib.sha256(name.encode()).digest())


def shop(merchant_id: str, name: str, *, zh: str, code: str = "EUR") -> Merchant:
    """A merchant of Berlin."""
    return Merchant(
        merchant_id=merchant_id,
        name=name,
        names=Names(de=name, en=name, zh=zh),
        city="Berlin",
        country="DE",
        mcc="5912",
        postal_code="10115",
        currency=currency(code),
    )


@dataclass(frozen=True, slots=True)
class Wallet:
    """A payer with their phone."""

    payer: Payer
    device: Device
    key: PrivateKey


_template: list[tuple[bytes, dict[str, Wallet]]] = []


class World:
    """A ledger with the demo parties, and tills and wallets that speak to it correctly."""

    def __init__(self, store: BooksFile | None = None) -> None:
        self.store = store or open_store(MEMORY)
        self.now = NOON
        self.entropy = SeededEntropy("world")
        self.ids = IdSource(self.entropy)
        self.key = seeded_key("ledger")
        self.policy = SANDBOX_POLICY
        self.rates = fx.SANDBOX_RATES
        self.typed = EUR
        self.till_keys = {SHOP: seeded_key("till one"), KIOSK: seeded_key("till two")}
        self.wallets: dict[str, Wallet] = {}
        if store is not None:
            self._set_up()
        elif _template:
            self._copy(*_template[0])
        else:
            self._set_up()
            connection = self.store._writer._connection
            _template.append((connection.serialize("main"), dict(self.wallets)))

    def _copy(self, books: bytes, wallets: dict[str, Wallet]) -> None:
        """Begin with books made before: checking keys takes longer than most tests do."""
        self.store._writer._connection.deserialize("main", books)
        self.wallets = dict(wallets)
        self.entropy = SeededEntropy("after the set-up")
        self.ids = IdSource(self.entropy)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _set_up(self) -> None:
        with self.store.transaction() as books:
            keys.admit_ledger_key(books, public_key=self.key.public, now=self.now)
            register.register_merchant(books, merchant=shop(SHOP, "Demo Drogerie", zh="示范药妆店"))
            register.register_merchant(
                books, merchant=shop(KIOSK, "Kiosk am Kanal", zh="运河小卖部")
            )
            for merchant_id, till_key in self.till_keys.items():
                for terminal_id in ("T01", "T02"):
                    register.register_terminal(
                        books, terminal=Terminal(merchant_id, terminal_id, terminal_id, "Mitte")
                    )
                enrolment.invite_terminal(
                    books, token=merchant_id, merchant_id=merchant_id, terminal_id="T01", now=NOON
                )
                enrolment.enrol_terminal(
                    books,
                    token=merchant_id,
                    algorithm=till_key.public.algorithm,
                    public_key=till_key.public.raw,
                    now=NOON,
                )
        for name, (code, minor_units) in FUNDS.items():
            self.wallets[name] = self.add_payer(name, code, minor_units)

    def add_payer(
        self,
        name: str,
        code: str,
        minor_units: int,
        algorithm: Algorithm = Algorithm.ED25519,
    ) -> Wallet:
        """Register a payer, give them play money and enrol their phone."""
        payer = Payer(
            payer_id=PayerId(self.ids.new(Kind.PAYER, self.now)),
            display_name=name,
            currency=currency(code),
            locale="en",
            pairwise_secret=self.entropy(32),
        )
        key = seeded_key(name, algorithm)
        with self.store.transaction() as books:
            register.register_payer(books, payer=payer)
            if minor_units:
                issuance.issue(
                    books,
                    payer_id=payer.payer_id,
                    amount=Money(minor_units, payer.currency),
                    reason="demo",
                    now=self.now,
                    ids=self.ids,
                )
            enrolment.invite_device(books, token=name, payer_id=payer.payer_id, now=self.now)
            enrolled = enrolment.enrol_device(
                books,
                token=name,
                algorithm=key.public.algorithm,
                public_key=key.public.raw,
                code_secret=self.entropy(32),
                now=self.now,
                ids=self.ids,
            )
        return Wallet(payer, enrolled.device, key)

    def payer_id(self, name: str) -> PayerId:
        """The id of a payer."""
        return self.wallets[name].payer.payer_id

    def balance(self, name: str) -> int:
        """What a payer has, in minor units."""
        with self.store.reading() as books:
            return balance(books, payer_id=self.payer_id(name)).minor_units

    def payment(self, payment: Payment) -> Payment:
        """A payment as it stands now."""
        with self.store.reading() as books:
            found = books.payments.find(payment.payment_id)
        assert found is not None
        return found

    # --- what a till says -----------------------------------------------------------------------

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
        return PaymentRequest(
            request_id=request_id,
            merchant_id=merchant_id,
            terminal_id="T01",
            merchant_order_no=order_no or f"K{request_id}",
            amount=Money(amount_minor, EUR),
            subject="Order",
            basket_hash="",
            created_at=self.now,
            expires_at=later(self.now, lifetime_ms),
            presented=presented,
        )

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

    def refund(
        self, payment: Payment, amount_minor: int, number: str, reason: str = ""
    ) -> RefundResult:
        """The merchant gives a part back."""
        with self.store.transaction() as books:
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

    # --- what a wallet says ---------------------------------------------------------------------

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
        """The ledger decides on one consent."""
        with self.store.transaction() as books:
            return self.decide_in(books, consent)

    def decide_in(self, books: Books, consent: Consent) -> Captured:
        """The ledger decides on one consent, inside of a unit of work."""
        return authorisations.authorise_one(
            books,
            consent=consent,
            policy=self.policy,
            now=self.now,
            ids=self.ids,
            key=self.key,
        )

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

    def shown_code(self, name: str) -> str:
        """A phone shows a payment code."""
        secret = self.wallets[name].device.code_secret
        return payment_code.make(self.handles(name)[0], secret, self.now).text

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

    def wait(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now = later(self.now, milliseconds)


def other_amount(code: DynamicCode) -> DynamicCode:
    """A code that says one cent less."""
    return replace(code, amount=code.amount - Money(1, code.amount.currency))
