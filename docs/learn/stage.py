"""The stage of the lessons: till, wallet and ledger in one process, the same in every run.

Each party is built by its own composition root, as ``qrpay up`` builds it, with its files in a
folder that goes away with the stage. Three things are other than in the street: the clock stands
still until it is moved, chance is seeded, and the calls between the parties go straight into each
other's apps over a ``Wire``, which can be told to lose something.

    >>> stage = Stage()
    >>> stage.till.identity.merchant.name, stage.phone("li-wei").wallet.display_name
    ('Demo Drogerie', 'Li Wei')
    >>> stage.close()
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path

import flask

import ledger.app
import ledger.config
import pos.app
import pos.config
import wallet.app
import wallet.config
from ledger.app import Ledger
from ledger.client import SchemeClient
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response, Stream
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.signing import PrivateKey
from pos.app import Till
from pos.counter.desk import Desk
from wallet.device.phone import Phone
from wallet.device.phones import DEMO_PIN, DEMO_WALLETS

NOON = Instant(1_795_348_800_000)
"""2026-11-22T12:00:00Z, when every lesson begins."""

LEDGER_URL = "http://127.0.0.1:8400"
POS_URL = "http://127.0.0.1:8401"


class Fate(StrEnum):
    """What becomes of a call."""

    CARRIED = "carried"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    CALLER_KILLED = "caller killed"


class Killed(BaseException):
    """The caller's process is gone; what it had not stored is gone with it."""


class Wire:
    """Carries one party's calls; ``next_fate`` befalls the next one, all others are carried."""

    def __init__(self, carrier: WsgiTransport) -> None:
        self._carrier = carrier
        self._latest: tuple[str, str, Mapping[str, str], bytes] | None = None
        self.next_fate = Fate.CARRIED

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request, or lose it, or lose its answer."""
        fate, self.next_fate = self.next_fate, Fate.CARRIED
        self._latest = (method, url, headers, body)
        if fate is Fate.REQUEST_LOST:
            raise AnswerLost("nobody answered")
        answer = self._carrier.request(method, url, headers, body)
        if fate is Fate.ANSWER_LOST:
            raise AnswerLost("nobody answered")
        if fate is Fate.CALLER_KILLED:
            raise Killed
        return answer

    def tap(self) -> Callable[[], Response]:
        """Keep the latest request as it was sent; gives a way to send the same bytes once more."""
        if self._latest is None:
            raise ValueError("nothing was sent yet")
        return partial(self._carrier.request, *self._latest)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Follow a stream."""
        return self._carrier.stream(url, headers)


class Chance:
    """Seeded bytes, a stream of its own for each size that is asked for.

    Identifiers, nonces and salts differ in size, so one more nonce of one more call leaves
    every identifier in the lessons as it is.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._streams: dict[int, SeededEntropy] = {}

    def __call__(self, count: int, /) -> bytes:
        """Give ``count`` bytes."""
        stream = self._streams.setdefault(count, SeededEntropy(f"{self._seed} {count}"))
        return stream(count)


class Stage:
    """A shop's till, the wallets of the demo world and the ledger between them."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="qrpay-lesson-")
        self._apps: dict[str, flask.Flask] = {}
        carrier = WsgiTransport(self._apps)
        self.clock = SettableClock(NOON)
        self.till_wire, self.wallet_wire, self.ledger_wire = (Wire(carrier) for _ in range(3))
        self._apps[LEDGER_URL] = ledger.app.create_app(
            ledger.config.Settings(
                self.folder_of("ledger"), background=False, demo_notify_url=f"{POS_URL}/notify"
            ),
            clock=self.clock,
            entropy=Chance("ledger"),
            transport=self.ledger_wire,
        )
        self._starts = 0
        self.start_till()
        self._wallet = wallet.app.create_app(
            wallet.config.Settings(self.folder_of("wallet"), demo_world=False),
            clock=self.clock,
            entropy=Chance("wallet"),
            transport=self.wallet_wire,
        )
        atexit.register(self.close)

    def folder_of(self, party: str) -> Path:
        """Tell where a party (``ledger``, ``pos``, ``wallet``) keeps its files."""
        return Path(self._folder.name) / party

    def start_till(self) -> None:
        """Start the till's service, again perhaps, on what it has stored."""
        self._starts += 1
        self._apps[POS_URL] = pos.app.create_app(
            pos.config.Settings(self.folder_of("pos"), background=False),
            clock=self.clock,
            entropy=Chance(f"till {self._starts}"),
            transport=self.till_wire,
        )
        self._till.resolver.wake_all()

    def restart_till(self) -> None:
        """Start the till again after it was killed: all that is left of it is its files."""
        self._till.close()
        self.start_till()

    @property
    def _till(self) -> Till:
        return pos.app.till_of(self._apps[POS_URL])

    @property
    def till(self) -> Desk:
        """The till's parts."""
        return self._till.desk

    @property
    def ledger(self) -> Ledger:
        """The ledger's parts."""
        return ledger.app.ledger_of(self._apps[LEDGER_URL])

    def phone(self, name: str) -> Phone:
        """Give a demo payer's phone, enrolled and unlocked when it is first asked for."""
        phones = wallet.app.phones_of(self._wallet)
        if phones.store.wallets.find(name) is None:
            return phones.enrol(name, DEMO_WALLETS[name], DEMO_PIN, now=self.clock.now())
        return phones.get(name, now=self.clock.now())

    def line(self, key: PrivateKey) -> SchemeClient:
        """Give a line of one's own to the ledger, past everything that a till would check."""
        return SchemeClient(
            LEDGER_URL,
            self.till_wire,
            key=key,
            ledger_keys=self.till.provider_keys,
            clock=self.clock,
            entropy=Chance(f"line {key.public.key_id}"),
        )

    def wait(self, seconds: int) -> None:
        """Let time pass; each second the till does what is due, as it does in the background."""
        for _ in range(seconds):
            self.clock.advance(SECOND)
            self._till.resolver.take_round()

    def written_by(self, party: str) -> bytes:
        """Give every byte that a party has written to its disk."""
        files = sorted(file for file in self.folder_of(party).rglob("*") if file.is_file())
        return b"".join(file.read_bytes() for file in files)

    def close(self) -> None:
        """Stop all three and clear away; at the end of the program it happens by itself."""
        atexit.unregister(self.close)
        self._till.close()
        wallet.app.phones_of(self._wallet).store.close()
        self.ledger.close()
        self._folder.cleanup()
