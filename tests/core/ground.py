"""The ground the worlds of tests stand on: parties with fixed keys, funds, and a still clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger.core.books import chain, fx, issuance
from ledger.core.limits import SANDBOX_POLICY
from ledger.core.parties import enrolment, keys, register
from ledger.core.queries import balance
from ledger.core.records.parties import Device, Merchant, Names, Payer, Terminal
from ledger.core.records.payments import Payment
from ledger.kit.embedded import EmbeddedStore
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.identifiers import (
    IdSource,
    Kind,
    PayerId,
)
from ledger.protocol.instants import Instant, later
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.store import MEMORY, BooksFile, BooksStore, open_store

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


class Ground:
    """A ledger with the demo parties in it, and a clock that stands still.

    In a ``store`` that holds the parties already, ``wallets`` are theirs.
    """

    def __init__(
        self, store: BooksStore | None = None, wallets: dict[str, Wallet] | None = None
    ) -> None:
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
        if wallets is not None:
            self._go_on(wallets)
        elif store is not None:
            self._set_up()
        elif _template:
            books, wallets = _template[0]
            self.sqlite._connection.deserialize("main", books)
            self._go_on(wallets)
        else:
            self._set_up()
            _template.append((self.sqlite._connection.serialize("main"), dict(self.wallets)))

    @property
    def sqlite(self) -> EmbeddedStore:
        """What lies under the store of a world in SQLite."""
        assert isinstance(self.store, BooksFile)
        return self.store._writer

    def _go_on(self, wallets: dict[str, Wallet]) -> None:
        """Begin with books made before: checking keys takes longer than most tests do."""
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

    def seal(self) -> None:
        """Link what waits for it, and seal the heads that are due."""
        more = True
        while more:
            with self.store.transaction() as books:
                more = chain.advance(books, now=self.now, key=self.key, entropy=self.entropy)

    def wait(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now = later(self.now, milliseconds)
