"""A demo payer's finger on the cashier's buttons, so that a checkout is tried without a phone.

It is a device like any other: invited by a published token when the demo world is made, enrolled
the first time it is used, with a key of its own that the provider keeps beside its vendor keys. So
what it agrees to is a consent like any other, with limits, evidence and a receipt. There is none
outside of the demo world.
"""

from __future__ import annotations

from ledger.core.books import funding
from ledger.core.checkout import authorisations, claims, consents, endings
from ledger.core.parties import enrolment
from ledger.core.parties.enrolment import DeviceEnrolment
from ledger.core.parties.register import SECRET_BYTES, require_merchant
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.vendors import codes
from ledger.core.vendors.orders import Opened
from ledger.faces import Provider
from ledger.protocol import messages
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import Kind
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Authorisation
from ledger.protocol.signing import Algorithm, PrivateKey


class Hand:
    """One demo payer inside of one unit of work."""

    def __init__(self, provider: Provider, books: Books, name: str, now: Instant) -> None:
        """Take the hand of who is called ``name``; nobody demo raises ``FieldFormat``."""
        token = provider.sandbox_payers.get(name)
        if token is None:
            raise FieldFormat(f"no demo payer is called {name[:40]!r}")
        self._provider, self._books, self._now = provider, books, now
        seed = provider.vendor_keys.keep(
            f"alipay-{token}.seed", lambda: provider.entropy(SECRET_BYTES).hex()
        )
        self._key = PrivateKey.from_seed(Algorithm.ED25519, bytes.fromhex(seed))
        self._enrolled = self._enrol(token)

    def _enrol(self, token: str) -> DeviceEnrolment:
        return enrolment.enrol_device(
            self._books,
            token=token,
            algorithm=self._key.public.algorithm,
            public_key=self._key.public.raw,
            code_secret=self._provider.entropy(SECRET_BYTES),
            now=self._now,
            ids=self._provider.ids,
        )

    def pay(self, opened: Opened) -> None:
        """Scan the order's code and agree; raises what claiming and authorising raise."""
        payment = self._scan(opened)
        provider, books, now = self._provider, self._books, self._now
        consent = consents.open_authorisation(
            books,
            signed=messages.seal(self._agreement(payment), self._key),
            payment_id=payment.payment_id,
            device=self._enrolled.device,
            now=now,
        )
        authorisations.authorise_one(
            books,
            consent=consent,
            policy=provider.policy,
            now=now,
            ids=provider.ids,
            key=provider.signing_key,
        )

    def decline(self, opened: Opened) -> None:
        """Scan the order's code and say no; raises what claiming and declining raise."""
        payment, provider = self._scan(opened), self._provider
        endings.decline(
            self._books,
            payer_id=self._enrolled.payer.payer_id,
            payment_id=payment.payment_id,
            now=self._now,
            ids=provider.ids,
            key=provider.signing_key,
        )

    def _scan(self, opened: Opened) -> Payment:
        provider = self._provider
        return codes.claim(
            self._books,
            payer_id=self._enrolled.payer.payer_id,
            code=opened.order.code,
            rates=provider.rates,
            policy=provider.policy,
            now=self._now,
            ids=provider.ids,
        ).payment

    def _agreement(self, payment: Payment) -> Authorisation:
        claim = claims.require_claim(self._books, payment)
        return Authorisation(
            authorisation_id=self._provider.ids.new(Kind.AUTHORISATION, self._now),
            payment_id=payment.payment_id,
            payer_id=claim.payer_id,
            device_id=self._enrolled.device.device_id,
            merchant_id=payment.merchant_id,
            payee_name=require_merchant(self._books, payment.merchant_id).name,
            amount=payment.amount,
            payer_amount=claim.payer_amount,
            quote_id=claim.quote_id or "",
            code_digest=claim.code_digest,
            authorised_at=self._now,
            intent=payment.intent,
            funding=funding.paid(self._books.funding.lines(payment.payment_id)),
        )
