"""Demo payers who act at once: scan, agree, refuse, show a payment code; no phone is needed.

    anna = People(provider, faults).wallet("anna")
    anna.pay(code)                                  # scans any code of this ledger and agrees
    shown = anna.payment_code("alipay")             # for a till that speaks a vendor's API
    anna.questions()[0].approve()                   # where the payer is asked

A payer here has a device of their own, enrolled like any other when they first act, and signs what
a phone signs: the ledger checks a consent of theirs as it checks everybody's. What a phone's screen
would do (showing, asking for a PIN) is left out.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import Protocol, TypedDict

from ledger.core import queries
from ledger.core.books import funding
from ledger.core.books.fx import RateTable
from ledger.core.checkout import authorisations, claims, consents, endings, payment_codes, stickers
from ledger.core.checkout.claims import Offer
from ledger.core.limits import Policy
from ledger.core.parties import enrolment, keys, register
from ledger.core.ports import Books
from ledger.core.records.parties import Device
from ledger.core.records.payments import Payment
from ledger.core.vendors import codes as vendors_codes
from ledger.protocol import merchant_qr, messages, payment_code
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.errors.sandbox import NobodyOfThatName, NothingAsked, WalletOffline
from ledger.protocol.identifiers import IdSource, Kind, PayerId, payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import StickerCode
from ledger.protocol.messages import Authorisation
from ledger.protocol.money import Money
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.sandbox.parts import Parts

_LISTED = 100
_TOKEN_BYTES = 16
_SECRET_BYTES = 32


class Moods(Protocol):
    """What the sandbox was told about its people."""

    def declines(self, name: str) -> bool:
        """Whether this payer says no this time, whatever they are asked."""

    def is_offline(self, name: str) -> bool:
        """Whether this payer's phone has no network this time."""


class _Means(TypedDict):
    """What every way of claiming needs."""

    payer_id: PayerId
    code: str
    rates: RateTable
    policy: Policy
    now: Instant
    ids: IdSource


@dataclass(frozen=True)
class _Phone:
    """A payer's device, and the key in it."""

    device: Device
    key: PrivateKey


@dataclass(frozen=True)
class Question:
    """A payment that a payer is asked to agree to."""

    wallet: PlayWallet
    offer: Offer

    @property
    def payee(self) -> str:
        """The shop, as it is registered."""
        return self.offer.merchant.name

    @property
    def amount(self) -> Money:
        """The price."""
        return self.offer.payment.amount

    @property
    def payer_amount(self) -> Money:
        """What leaves the payer's account."""
        return self.offer.payer_amount

    def approve(self) -> Payment:
        """Agree; raises what ``authorisations.authorise_one`` raises."""
        return self.wallet.approve(self.offer)

    def decline(self) -> Payment:
        """Say no, for good."""
        return self.wallet.decline(self.offer)


class PlayWallet:
    """One payer; what is refused is raised as the rule that refuses it."""

    def __init__(self, parts: Parts, name: str, payer_id: PayerId, moods: Moods) -> None:
        self.name = name
        self.payer_id = payer_id
        self._parts = parts
        self._moods = moods
        self._lock = threading.Lock()
        self._phone: _Phone | None = None
        self._shown = itertools.count()

    @property
    def balance(self) -> Money:
        """What the payer can spend."""
        with self._parts.store.reading() as books:
            return queries.balance(books, payer_id=self.payer_id)

    def scan(self, code: str, amount: Money | None = None) -> Question:
        """Read a code: a vendor's, or the ledger's own; a sticker needs the ``amount``."""
        self._require_online()
        with self._parts.store.transaction() as books:
            return Question(self, self._claimed(books, code, amount))

    def pay(self, code: str, amount: Money | None = None) -> Payment:
        """Scan a code and agree."""
        return self.scan(code, amount).approve()

    def questions(self) -> list[Question]:
        """List what the payer is being asked, the newest first."""
        self._require_online()
        now, policy = self._parts.clock.now(), self._parts.policy
        with self._parts.store.reading() as books:
            waiting = queries.payments_of_payer(
                books, payer_id=self.payer_id, state=PaymentState.AUTHORISING, limit=_LISTED
            )
            return [
                Question(
                    self,
                    claims.offer(
                        books,
                        payer_id=self.payer_id,
                        payment_id=payment.payment_id,
                        policy=policy,
                        now=now,
                    ),
                )
                for payment in waiting
            ]

    def question(self) -> Question:
        """Give the newest question; raises ``NothingAsked``."""
        asked = self.questions()
        if not asked:
            raise NothingAsked(self.name)
        return asked[0]

    def payment_code(self, till: str = "native") -> str:
        """Show a payment code, fit for ``native``, ``alipay``, ``alipay-plus`` or ``wechatpay``.

        Each time it is another one, as on a phone whose screen moves on.
        """
        if till not in payment_code.PREFIXES:
            raise FieldMissing(f"a till is one of {', '.join(payment_code.PREFIXES)}")
        device, now = self._device().device, self._parts.clock.now()
        with self._parts.store.transaction() as books:
            pool = payment_codes.issue_handles(
                books, device=device, entropy=self._parts.entropy, now=now
            )
        prefix = payment_code.PREFIXES[till]
        shown = pool[next(self._shown) % len(pool)]
        return payment_code.make(shown.handle, device.code_secret, now, prefix).text

    def forget_phone(self) -> None:
        """Act by a new device from now on: the books may not know the old one any more."""
        with self._lock:
            self._phone = None

    def approve(self, offer: Offer) -> Payment:
        """Agree to what was offered; says no where the sandbox was told that this payer does."""
        self._require_online()
        if self._moods.declines(self.name):
            return self.decline(offer)
        phone, parts = self._device(), self._parts
        now = parts.clock.now()
        with parts.store.transaction() as books:
            authorisation = self._authorisation(books, offer, phone.device)
            signed = messages.seal(authorisation, phone.key)
            consent = consents.open_authorisation(
                books,
                signed=signed,
                payment_id=authorisation.payment_id,
                device=phone.device,
                now=now,
            )
            agreed = authorisations.authorise_one(
                books,
                consent=consent,
                policy=parts.policy,
                now=now,
                ids=parts.ids,
                key=parts.signing_key,
            )
            return agreed.payment

    def decline(self, offer: Offer) -> Payment:
        """Say no to what was offered."""
        self._require_online()
        with self._parts.store.transaction() as books:
            return endings.decline(
                books,
                payer_id=self.payer_id,
                payment_id=offer.payment.payment_id,
                now=self._parts.clock.now(),
                ids=self._parts.ids,
                key=self._parts.signing_key,
            )

    def _require_online(self) -> None:
        if self._moods.is_offline(self.name):
            raise WalletOffline(self.name)

    def _claimed(self, books: Books, code: str, amount: Money | None) -> Offer:
        parts, now = self._parts, self._parts.clock.now()
        means: _Means = {
            "payer_id": self.payer_id,
            "code": code,
            "rates": parts.rates,
            "policy": parts.policy,
            "now": now,
            "ids": parts.ids,
        }
        if books.vendor_orders.by_code(code) is not None:
            return vendors_codes.claim(books, **means)
        read = merchant_qr.verify(code, keys.directory(books), now=now)
        if not isinstance(read, StickerCode):
            return claims.claim(books, payment_id=payment_id_of(read.request_id), **means)
        if amount is None:
            raise FieldMissing("on a sticker the payer types the amount")
        request_id = parts.ids.body(now)
        return stickers.claim_sticker(books, amount=amount, request_id=request_id, **means)

    def _authorisation(self, books: Books, offer: Offer, device: Device) -> Authorisation:
        payment, now = offer.payment, self._parts.clock.now()
        claim = claims.require_claim(books, payment)
        return Authorisation(
            authorisation_id=self._parts.ids.new(Kind.AUTHORISATION, now),
            payment_id=payment.payment_id,
            payer_id=self.payer_id,
            device_id=device.device_id,
            merchant_id=payment.merchant_id,
            payee_name=register.require_merchant(books, payment.merchant_id).name,
            amount=payment.amount,
            payer_amount=claim.payer_amount,
            quote_id=claim.quote_id or "",
            code_digest=claim.code_digest,
            authorised_at=now,
            intent=payment.intent,
            funding=funding.paid(books.funding.lines(payment.payment_id)),
        )

    def _device(self) -> _Phone:
        with self._lock:
            if self._phone is None:
                self._phone = self._enrolled()
            return self._phone

    def _enrolled(self) -> _Phone:
        parts, now = self._parts, self._parts.clock.now()
        key = PrivateKey.from_seed(Algorithm.ED25519, parts.entropy(_SECRET_BYTES))
        token = parts.entropy(_TOKEN_BYTES).hex()
        with parts.store.transaction() as books:
            enrolment.invite_device(books, token=token, payer_id=self.payer_id, now=now)
            enrolled = enrolment.enrol_device(
                books,
                token=token,
                algorithm=key.public.algorithm,
                public_key=key.public.raw,
                code_secret=parts.entropy(_SECRET_BYTES),
                now=now,
                ids=parts.ids,
            )
        return _Phone(enrolled.device, key)


class People:
    """Everybody with a name in this ledger's books: the demo payers, ``Li Wei`` as ``li-wei``."""

    def __init__(self, parts: Parts, moods: Moods) -> None:
        self._parts = parts
        self._moods = moods
        self._lock = threading.Lock()
        self._known: dict[str, PlayWallet] = {}

    def wallet(self, name: str) -> PlayWallet:
        """Give a payer's wallet, the same each time; raises ``NobodyOfThatName``."""
        with self._lock:
            if name not in self._known:
                payer_id = self._find(name)
                self._known[name] = PlayWallet(self._parts, name, payer_id, self._moods)
            return self._known[name]

    def forget_phones(self) -> None:
        """Let everybody act by a new device from now on, who is still in the books."""
        with self._lock, self._parts.store.reading() as books:
            payers = {payer.payer_id for payer in books.directory.payers()}
            for name, wallet in list(self._known.items()):
                wallet.forget_phone()
                if wallet.payer_id not in payers:
                    del self._known[name]

    def names(self) -> list[str]:
        """Name everybody."""
        with self._parts.store.reading() as books:
            return [name_of(payer.display_name) for payer in books.directory.payers()]

    def _find(self, name: str) -> PayerId:
        with self._parts.store.reading() as books:
            for payer in books.directory.payers():
                if name_of(payer.display_name) == name:
                    return payer.payer_id
        raise NobodyOfThatName(name[:40])


def name_of(display_name: str) -> str:
    """Spell a person's name as it is typed.

    >>> name_of("Li Wei")
    'li-wei'
    """
    return display_name.lower().replace(" ", "-")
