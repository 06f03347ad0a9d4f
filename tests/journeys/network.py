"""What lies between the three parties: a network that does to a request what a plan says.

Three hops carry everything: the till calls the ledger, the wallet calls the ledger, the ledger
notifies the till. For each request a plan names one ``Fault``; a story scripts them
(``Script``), a campaign throws dice (``tests.journeys.weather``). Time in here is the world's one
clock, so a delay costs nothing to wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.kit.clock import SettableClock
from ledger.kit.transport import Response, Stream
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import SECOND

DELAY_MS = 4 * SECOND


class Hop(StrEnum):
    """Who calls whom."""

    TILL_TO_LEDGER = "till>ledger"
    WALLET_TO_LEDGER = "wallet>ledger"
    LEDGER_TO_TILL = "ledger>till"


class Fault(StrEnum):
    """What becomes of one request."""

    NONE = "carried"
    REFUSED = "no connection"
    """Nothing was sent, and the caller knows."""
    LOST_REQUEST = "request lost"
    """Nothing arrived; for the caller it may have."""
    LOST_ANSWER = "answer lost"
    """It was done, and the caller does not know."""
    DOUBLED = "doubled"
    """It arrived twice; the caller gets the first answer."""
    DOUBLED_LAST = "doubled, second answer"
    """As by a proxy that repeats a request: the caller gets the second answer."""
    DELAYED = "delayed"
    """Time passes on the way there and back."""
    LATE = "late"
    """The caller has given up when it arrives, perhaps long after and behind later requests."""


@dataclass(frozen=True)
class Sent:
    """A request on its way."""

    hop: Hop
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The address without the host."""
        return "/" + self.url.split("/", 3)[3]


Plan = Callable[[Sent], Fault]

WAYS_TO_LOSE = (Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER)
"""All that can happen to a request whose caller hears nothing."""


def fair_weather(_: Sent) -> Fault:
    """Carry everything."""
    return Fault.NONE


class Script:
    """A plan for a story: what is to happen to the next requests of a kind; all else is carried."""

    def __init__(self) -> None:
        self._lines: list[tuple[Hop, str, list[Fault]]] = []

    def next(self, hop: Hop, ends_with: str, *faults: Fault) -> Script:
        """Let these faults, in turn, befall requests on a hop whose path ends so."""
        self._lines.append((hop, ends_with, list(faults)))
        return self

    def __call__(self, sent: Sent) -> Fault:
        """Look up what happens to a request."""
        for hop, ends_with, faults in self._lines:
            if faults and sent.hop is hop and sent.path.endswith(ends_with):
                return faults.pop(0)
        return Fault.NONE

    @property
    def is_played(self) -> bool:
        """Whether everything scripted has happened: else the story proves less than it says."""
        return not any(faults for _, _, faults in self._lines)


@dataclass
class Network:
    """All three hops; ``plan`` may be changed at any time, ``cut`` hops carry nothing at all."""

    carrier: WsgiTransport
    clock: SettableClock
    plan: Plan = fair_weather
    cut: set[Hop] = field(default_factory=set)
    carried: list[Sent] = field(default_factory=list)
    diary: list[str] = field(default_factory=list)
    met: set[tuple[Hop, Fault]] = field(default_factory=set)
    _late: list[Sent] = field(default_factory=list)

    def wire(self, hop: Hop) -> Wire:
        """Give the transport that a party uses for its calls."""
        return Wire(self, hop)

    def mend(self) -> None:
        """Carry everything again, also what is late."""
        self.plan = fair_weather
        self.cut.clear()
        self.deliver_late()

    def is_waiting(self) -> bool:
        """Whether a late request has not arrived yet."""
        return bool(self._late)

    def deliver_late(self, most: int | None = None) -> None:
        """Let late requests arrive, the oldest first; nobody hears their answers."""
        arriving, self._late = self._late[:most], self._late[len(self._late[:most]) :]
        for sent in arriving:
            self._note(sent, "arrives late")
            self._carry(sent)

    def pass_on(self, sent: Sent) -> Response:
        """Do to a request what the plan says."""
        if sent.hop in self.cut:
            raise ServiceUnavailable("the network is cut")
        fault = self.plan(sent)
        self._note(sent, fault)
        self.met.add((sent.hop, fault))
        if fault is Fault.REFUSED:
            raise ServiceUnavailable("no connection")
        if fault is Fault.LATE:
            self._late.append(sent)
        if fault in (Fault.LOST_REQUEST, Fault.LATE):
            raise AnswerLost("nobody answered")
        if fault is Fault.DELAYED:
            self.clock.advance(DELAY_MS)
        response = self._carry(sent)
        if fault is Fault.DELAYED:
            self.clock.advance(DELAY_MS)
        if fault is Fault.LOST_ANSWER:
            raise AnswerLost("the answer was lost on the way")
        if fault in (Fault.DOUBLED, Fault.DOUBLED_LAST):
            second = self._carry(sent)
            return second if fault is Fault.DOUBLED_LAST else response
        return response

    def _carry(self, sent: Sent) -> Response:
        self.carried.append(sent)
        return self.carrier.request(sent.method, sent.url, sent.headers, sent.body)

    def _note(self, sent: Sent, what: str) -> None:
        self.diary.append(f"{self.clock.now()} {sent.hop} {sent.method} {sent.path}: {what}")


class Wire:
    """The transport of one hop."""

    def __init__(self, network: Network, hop: Hop) -> None:
        self._network = network
        self._hop = hop

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request over the network as it is today."""
        return self._network.pass_on(Sent(self._hop, method, url, headers, body))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Follow a stream, which the journeys don't disturb."""
        return self._network.carrier.stream(url, headers)
