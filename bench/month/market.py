"""The parties of the month, and what they say to the ledger: always correctly, always signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.core.books import issuance
from ledger.core.books.fx import SANDBOX_RATES
from ledger.core.checkout import authorisations, claims, consents, endings, requests
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.deposits import captures, releases
from ledger.core.limits import SANDBOX_POLICY
from ledger.core.parties import enrolment, fee_terms, keys, register
from ledger.core.ports import Books, Store
from ledger.core.records.parties import Device, FeeTerms, Merchant, Names, Payer, Terminal
from ledger.core.records.payments import Payment, Refund
from ledger.core.records.settlement import Calendar, SettlementTerms
from ledger.core.returns import refunds, reversals
from ledger.core.settlement import terms
from ledger.core.settlement.business_days import calendar_day
from ledger.kit.entropy import SeededEntropy
from ledger.protocol import messages
from ledger.protocol.identifiers import IdSource, Kind, PayerId, RequestId, body_of
from ledger.protocol.instants import DAY, MINUTE, SECOND, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import LinkCode, profile_l
from ledger.protocol.messages import Authorisation, Intent, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, PrivateKey

HOMES = {
    "EUR": ("Europe/Berlin", Calendar.TARGET2),
    "CNY": ("Asia/Shanghai", Calendar.CHINA),
    "JPY": ("Asia/Tokyo", Calendar.EVERY_DAY),
}
CURRENCIES = tuple(HOMES)
FEE_BPS = 60
FUNDS_MINOR = 100_000_000
LIFETIME_MS = 3 * MINUTE
HOLD_MS = 2 * DAY
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with the key of its till."""

    merchant: Merchant
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class Person:
    """A payer with their phone."""

    payer: Payer
    device: Device
    key: PrivateKey


class Market:
    """Shops and people around one store; ``now`` is the virtual clock.

    ``told`` hears of each receipt that a shop was given, with the shop's own number of a refund.
    """

    def __init__(
        self,
        store: Store,
        *,
        start: Instant,
        shops: int,
        people: int,
        told: Callable[[Signed, str], None],
    ) -> None:
        self.store = store
        self.told = told
        self.now = start
        self.entropy = SeededEntropy("a month of trade")
        self.ids = IdSource(self.entropy)
        self.key = _key("ledger")
        with store.transaction() as books:
            keys.admit_ledger_key(books, public_key=self.key.public, now=start)
        self.shops = [self._open_shop(number) for number in range(shops)]
        self.people = [self._let_in(number) for number in range(people)]
        self._numbers = 0

    @contextmanager
    def unit_of_work(self) -> Iterator[Books]:
        """Do several things in one transaction, as a busy ledger does."""
        with self.store.transaction() as books:
            yield books

    def _open_shop(self, number: int) -> Shop:
        money = currency(CURRENCIES[number % len(CURRENCIES)])
        name = f"Shop {number:02d}"
        merchant = Merchant(
            merchant_id=f"M2088DEMO{number + 101:06d}",
            name=name,
            names=Names(de=name, en=name, zh=f"商店{number:02d}"),
            city="Berlin",
            country="DE",
            mcc="5912",
            postal_code="10115",
            currency=money,
        )
        key = _key(name)
        with self.store.transaction() as books:
            register.register_merchant(books, merchant=merchant)
            register.register_terminal(
                books, terminal=Terminal(merchant.merchant_id, "T01", "T01", "Mitte")
            )
            enrolment.invite_terminal(
                books,
                token=name,
                merchant_id=merchant.merchant_id,
                terminal_id="T01",
                now=self.now,
            )
            fee_terms.agree(
                books,
                terms=FeeTerms(merchant.merchant_id, valid_from=self.now, bps=FEE_BPS),
                now=self.now,
            )
            terms.agree(books, terms=settlement_terms(merchant, self.now))
            enrolment.enrol_terminal(
                books,
                token=name,
                algorithm=key.public.algorithm,
                public_key=key.public.raw,
                now=self.now,
            )
        return Shop(merchant, key)

    def _let_in(self, number: int) -> Person:
        name = f"Person {number:04d}"
        key = _key(name)
        payer = Payer(
            payer_id=PayerId(self.ids.new(Kind.PAYER, self.now)),
            display_name=name,
            currency=currency(CURRENCIES[number % len(CURRENCIES)]),
            locale="en",
            pairwise_secret=self.entropy(32),
        )
        with self.store.transaction() as books:
            register.register_payer(books, payer=payer)
            issuance.issue(
                books,
                payer_id=payer.payer_id,
                amount=Money(FUNDS_MINOR, payer.currency),
                reason="a month's money",
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
        return Person(payer, enrolled.device, key)

    def ask(
        self, books: Books, shop: Shop, amount_minor: int, intent: Intent = Intent.SALE
    ) -> Payment:
        """Ask to be paid, or for a deposit, as a till does."""
        self._numbers += 1
        request = PaymentRequest(
            request_id=RequestId(self.ids.body(self.now)),
            merchant_id=shop.merchant.merchant_id,
            terminal_id="T01",
            merchant_order_no=f"K{self._numbers:09d}",
            amount=Money(amount_minor, shop.merchant.currency),
            subject=f"Order K{self._numbers:09d}",
            basket_hash="",
            created_at=self.now,
            expires_at=later(self.now, LIFETIME_MS),
            presented=Presented.MERCHANT,
            intent=intent,
            hold_until=later(self.now, HOLD_MS) if intent is Intent.DEPOSIT else None,
        )
        opened = consents.open_request(
            books,
            signed=messages.seal(request, shop.key),
            merchant_id=shop.merchant.merchant_id,
            now=self.now,
        )
        return requests.request(books, request=opened, policy=SANDBOX_POLICY, now=self.now)

    def agree(
        self,
        books: Books,
        shop: Shop,
        person: Person,
        amount_minor: int,
        intent: Intent = Intent.SALE,
    ) -> Payment:
        """Play a sale or a deposit, from the till's request to the payer's consent."""
        payment = self.ask(books, shop, amount_minor, intent)
        offer = claims.claim(
            books,
            payer_id=person.payer.payer_id,
            payment_id=payment.payment_id,
            code=self._code(shop, payment),
            rates=SANDBOX_RATES,
            policy=SANDBOX_POLICY,
            now=self.now,
            ids=self.ids,
        )
        self.now = later(self.now, SECOND)
        claim = books.payments.claim(payment.payment_id)
        authorisation = Authorisation(
            authorisation_id=self.ids.new(Kind.AUTHORISATION, self.now),
            payment_id=payment.payment_id,
            payer_id=person.payer.payer_id,
            device_id=person.device.device_id,
            merchant_id=shop.merchant.merchant_id,
            payee_name=shop.merchant.name,
            amount=payment.amount,
            payer_amount=offer.payer_amount,
            quote_id=offer.quote.quote_id if offer.quote else "",
            code_digest=claim.code_digest if claim else "",
            authorised_at=self.now,
            intent=intent,
        )
        consent = consents.open_authorisation(
            books,
            signed=messages.seal(authorisation, person.key),
            payment_id=payment.payment_id,
            device=person.device,
            now=self.now,
        )
        decided = authorisations.authorise_one(
            books, consent=consent, policy=SANDBOX_POLICY, now=self.now, ids=self.ids, key=self.key
        )
        if isinstance(decided, Captured):
            self.told(decided.receipt, "")
        return decided.payment

    def _code(self, shop: Shop, payment: Payment) -> str:
        code = LinkCode(
            merchant_id=shop.merchant.merchant_id,
            amount=payment.amount,
            request_id=RequestId(body_of(payment.payment_id)),
            expires_at=payment.expires_at,
            key_id=shop.key.public.key_id,
        )
        return profile_l.encode(code, shop.key)

    def refund(self, books: Books, payment: Payment, part: float) -> Refund:
        """Give back a part of what is left of a payment."""
        left = payment.amount.minor_units - payment.refunded.minor_units
        self._numbers += 1
        given = refunds.refund(
            books,
            merchant_id=payment.merchant_id,
            payment_id=payment.payment_id,
            merchant_refund_no=f"R{self._numbers:09d}",
            amount=Money(max(1, int(left * part)), payment.amount.currency),
            reason="brought back",
            now=self.now,
            ids=self.ids,
            key=self.key,
        )
        self.told(given.receipt, given.refund.merchant_refund_no)
        return given.refund

    def reverse(self, books: Books, payment: Payment) -> Payment:
        """Undo a payment, as a till does that does not know how it ended."""
        reversal = reversals.reverse(
            books,
            merchant_id=payment.merchant_id,
            payment_id=payment.payment_id,
            merchant_order_no=payment.merchant_order_no,
            now=self.now,
            ids=self.ids,
            key=self.key,
        )
        # Reversed again, it gives the same receipt again.
        if reversal.receipt is not None and payment.state is not PaymentState.REVERSED:
            self.told(reversal.receipt, "")
        return reversal.payment

    def capture(self, books: Books, deposit: Payment, part: float) -> Payment:
        """Take a part of a deposit, the rest goes back."""
        taken = max(1, int(deposit.amount.minor_units * part))
        captured = captures.capture(
            books,
            merchant_id=deposit.merchant_id,
            payment_id=deposit.payment_id,
            amount=Money(taken, deposit.amount.currency),
            now=self.now,
            ids=self.ids,
            key=self.key,
        )
        self.told(captured.receipt, "")
        return captured.payment

    def release(self, books: Books, deposit: Payment) -> Payment:
        """Give a deposit back."""
        return releases.release(
            books,
            merchant_id=deposit.merchant_id,
            payment_id=deposit.payment_id,
            now=self.now,
            ids=self.ids,
            key=self.key,
        )

    def sweep(self) -> None:
        """End what nobody came to pay, and give back what was held too long."""
        with self.store.transaction() as books:
            endings.expire_due(books, now=self.now, limit=_MANY, ids=self.ids, key=self.key)
            releases.expire_due(books, now=self.now, limit=_MANY, ids=self.ids, key=self.key)


def settlement_terms(merchant: Merchant, begins: Instant) -> SettlementTerms:
    """Settle where the currency is at home, from the first day on."""
    time_zone, calendar = HOMES[merchant.currency.code]
    return SettlementTerms(
        merchant_id=merchant.merchant_id,
        time_zone=time_zone,
        cut_off_minute=0,
        calendar=calendar,
        delay_days=1,
        begins_on=calendar_day(time_zone, begins),
    )


def _key(name: str) -> PrivateKey:
    return PrivateKey.from_seed(Algorithm.ED25519, hashlib.sha256(name.encode()).digest())
