"""Till, wallet and ledger in one process, with one clock, a network between them, and people.

    world = World(folder, "a story")
    sale_id, code = world.till.new_code(1295)
    world.phone("anna").pay(code)
    world.settle()
    require_agreement(world)

Each party is built by its own composition root, with its store in memory. Nothing happens by
itself: ``catch_up`` lets everybody do what is due at this moment, ``settle`` lets time pass until
nothing is left to do. Randomness is seeded, so a story is the same every time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import flask

import ledger.app
import ledger.config
import ledger.store
import pos.app
import pos.config
import wallet.app
import wallet.config
from ledger.app import Ledger
from ledger.client import SchemeClient
from ledger.kit import embedded
from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, EmbeddedStore
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.ops.seed import PAYERS, TILLS
from ledger.protocol import native_api
from ledger.protocol.instants import DAY, SECOND, Instant, later
from ledger.protocol.money import currency, parse_decimal
from ledger.protocol.native_wire import EnrolKey
from ledger.protocol.signing import Algorithm, PrivateKey, b64url
from pos.counter.desk import Desk
from tests.journeys.counter import Phone, Screen, Till
from tests.journeys.network import Hop, Network
from wallet.device.phones import Phones
from wallet.review import Review, State

NOON = Instant(1_795_348_800_000)  # 2026-11-22T12:00:00Z

KIOSK_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"kiosk".ljust(32))
"""The key of the other shop of the demo world."""

LEDGER_URL = "http://127.0.0.1:8400"
POS_URL = "http://127.0.0.1:8401"
WALLET_URL = "http://127.0.0.1:8402"

LOOK_AGAIN_MS = 5 * SECOND
"""How often somebody looks at a phone that could not say yet whether it has paid."""

ROUNDS_MAX = 300
MANY = 10_000

OPENING_BALANCES = {
    payer.token.removeprefix("demo-wallet-"): parse_decimal(payer.balance, currency(payer.currency))
    for payer in PAYERS
}
"""What the demo payers begin with, by the name of their wallet."""


@dataclass
class World:
    """Three parties and what lies between them."""

    folder: Path
    seed: str
    clock: SettableClock = field(init=False)
    network: Network = field(init=False)
    _starts: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.clock = SettableClock(NOON)
        self._apps: dict[str, flask.Flask] = {}
        self.network = Network(WsgiTransport(self._apps), self.clock)
        self.books_file = ledger.store.open_store(ledger.store.MEMORY)
        self._till_store = embedded.open_store(MEMORY, package="pos.store")
        self._wallet_store = embedded.open_store(MEMORY, package="wallet.store")
        self._start_ledger()
        self.start_till()
        self.start_wallets()

    def _start_ledger(self) -> None:
        self._apps[LEDGER_URL] = ledger.app.create_app(
            ledger.config.Settings(
                self.folder / "ledger", background=False, demo_notify_url=f"{POS_URL}/notify"
            ),
            store=self.books_file,
            clock=self.clock,
            entropy=self._entropy(),
            transport=self.network.wire(Hop.LEDGER_TO_TILL),
        )

    def start_till(self) -> None:
        """Start the till, again perhaps, on what it has stored."""
        self._apps[POS_URL] = pos.app.create_app(
            pos.config.Settings(self.folder / "pos", ledger_url=LEDGER_URL, background=False),
            store=self._till_store,
            clock=self.clock,
            entropy=self._entropy(),
            transport=self.network.wire(Hop.TILL_TO_LEDGER),
        )
        pos.app.till_of(self._apps[POS_URL]).resolver.wake_all()

    def start_wallets(self) -> None:
        """Start the wallet service, again perhaps, on what it has stored."""
        self._apps[WALLET_URL] = wallet.app.create_app(
            wallet.config.Settings(self.folder / "wallet", ledger_url=LEDGER_URL),
            store=self._wallet_store,
            clock=self.clock,
            entropy=self._entropy(),
            transport=self.network.wire(Hop.WALLET_TO_LEDGER),
        )

    def _entropy(self) -> SeededEntropy:
        # A service that starts anew must not make the nonces of the one before it again.
        self._starts += 1
        return SeededEntropy(f"{self.seed} {self._starts}")

    def close(self) -> None:
        """Stop all three."""
        self.ledger.close()
        self._till_store.close()
        self._wallet_store.close()

    # --- People ---------------------------------------------------------------------------------

    @property
    def till(self) -> Till:
        """The cashier's screen."""
        return Till(Screen(POS_URL, self.network.carrier))

    def phone(self, name: str) -> Phone:
        """The screen of a demo payer's phone."""
        return Phone(Screen(WALLET_URL, self.network.carrier), name)

    # --- What is behind the faces, for those who check and for those who attack -----------------

    @property
    def ledger(self) -> Ledger:
        """The ledger's parts."""
        return ledger.app.ledger_of(self._apps[LEDGER_URL])

    @property
    def desk(self) -> Desk:
        """The till's parts."""
        return pos.app.till_of(self._apps[POS_URL]).desk

    @property
    def phones(self) -> Phones:
        """The wallets' parts."""
        return wallet.app.phones_of(self._apps[WALLET_URL])

    @property
    def stores(self) -> dict[str, EmbeddedStore]:
        """Every party's tables."""
        return {
            "ledger": self.books_file._writer,
            "pos": self._till_store,
            "wallet": self._wallet_store,
        }

    def payer_line(self, name: str) -> SchemeClient:
        """A payer's own line to the ledger, past all that the wallet would check."""
        return self.phones.get(name, now=self.clock.now()).client

    def till_line(self) -> SchemeClient:
        """The till's own line to the ledger, past all that the till would check."""
        return self.merchant_line(self.desk.identity.key)

    def kiosk_line(self) -> SchemeClient:
        """The line of the other shop, whose key is enrolled now."""
        line, key = self.merchant_line(KIOSK_KEY), KIOSK_KEY.public
        enrol = EnrolKey(token=TILLS[2].token, algorithm=key.algorithm, public_key=b64url(key.raw))
        line.ask(native_api.ENROL_TERMINAL, enrol)
        return line

    def merchant_line(self, key: PrivateKey) -> SchemeClient:
        """A line to the ledger for the holder of a key."""
        return SchemeClient(
            LEDGER_URL,
            self.network.carrier,
            key=key,
            ledger_keys=self.desk.provider_keys,
            clock=self.clock,
            entropy=self._entropy(),
        )

    # --- Time -----------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Let everybody do what is due now: deliver, resolve, expire, look at the phone."""
        for _ in range(ROUNDS_MAX):
            self.look_at_phones()
            told = self.ledger.notifier.deliver_due()
            swept = self.ledger.sweeper.sweep()
            steps = self.resolve()
            if not (told or swept or steps):
                return
        raise AssertionError("the world does not come to rest within one moment")

    def resolve(self) -> int:
        """Let the till's resolver take a round; how many steps that were."""
        return pos.app.till_of(self._apps[POS_URL]).resolver.take_round()

    def look_at_phones(self) -> None:
        """Let each payer whose phone could not say yet look again."""
        for review in self.reviews_in_doubt():
            self.phone(review.wallet).review({"review_id": review.review_id})

    def wait(self, milliseconds: int) -> None:
        """Let time pass second by second, with everybody at work."""
        end = later(self.clock.now(), milliseconds)
        while self.clock.now() < end:
            self.clock.advance(min(SECOND, end - self.clock.now()))
            self.catch_up()

    def settle(self) -> None:
        """Let time pass until nobody has anything left to do."""
        self.network.deliver_late()
        self.catch_up()
        for _ in range(ROUNDS_MAX):
            due = self._next_due()
            if due is None:
                return
            self.clock.advance(max(0, due - self.clock.now()))
            self.catch_up()
        raise AssertionError(f"the world does not come to rest: {self.network.diary[-20:]}")

    def reviews_in_doubt(self) -> list[Review]:
        """What was approved on a phone without a known outcome."""
        return [
            review
            for review in self.phones.store.reviews.in_doubt()
            if review.state is State.APPROVED
        ]

    def _next_due(self) -> Instant | None:
        now, store = self.clock.now(), self.desk.store
        for_ever = later(now, 1000 * DAY)
        with self.ledger.store.reading() as books:
            notices = [row.due_at for row in books.outbox.due(for_ever, MANY)]
            waiting = [each.expires_at for each in books.payments.unpaid_past(for_ever, MANY)]
        collecting = [each.collection.due_at for each in store.attempts.running()]
        refunding = [each.due_at for each in store.refunds.due(for_ever, MANY)]
        doubts = [later(now, LOOK_AGAIN_MS)] if self.reviews_in_doubt() else []
        return min([*notices, *waiting, *collecting, *refunding, *doubts], default=None)
