"""The addresses by which a sandbox is steered, below ``/_sandbox/v1``.

    GET  health                         POST reset                 POST seed
    GET  clock                          POST clock                 time passes, work is done on it
    GET  faults, POST faults            DELETE faults, faults/N    GET fault-kinds
    GET  requests, requests/N           POST requests/verify
    GET  notifications, notifications/N POST notifications/ID/resend
    GET  wait?for=notification|request  POST forward               DELETE forward
    GET  checklist
    GET  snapshots                      POST snapshots             POST snapshots/NAME/restore
    POST beginning                      GET  scenarios, scenarios/NAME, POST scenarios/NAME/run
    GET  payers, payers/NAME            POST payers/NAME/scan|pay|approve|decline|payment-code

A list takes the members of what it lists as its query (``?order_no=A-1``), and ``after=N`` for what
came later. Errors are problem documents, as everywhere natively.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import flask

from ledger.kit import web
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.sandbox import NotRemembered, TimeGoesOn
from ledger.protocol.instants import to_text
from ledger.protocol.money import Money, parse_minor
from ledger.sandbox.control import bodies, views
from ledger.sandbox.control.guard import PREFIX, require_steering
from ledger.sandbox.control.stories import Stories
from ledger.sandbox.control.views import Json
from ledger.sandbox.faults import FaultKind
from ledger.sandbox.place import Sandbox
from ledger.sandbox.record.deliveries import Delivery, Told
from ledger.sandbox.record.journal import Exchange, Wanted
from ledger.sandbox.snapshots.provider import Snapshots
from ledger.sandbox.timekeeper import Timekeeper

ACTS: Final = ("scan", "pay", "approve", "decline", "payment-code")
WAIT_MOST_S: Final = 60
_WAIT_S: Final = 10


@dataclass(frozen=True)
class Steering:
    """What the addresses work on; without ``timekeeper`` the clock is nobody's to move."""

    sandbox: Sandbox
    timekeeper: Timekeeper | None
    token: str
    snapshots: Snapshots
    stories: Stories

    # --- the whole ---

    def health(self) -> Json:
        """Tell that it is a sandbox."""
        return {"sandbox": True, "now": to_text(self.sandbox.parts.clock.now())}

    def reset(self) -> Json:
        """Forget faults and the record; with `books`, have the books as at the beginning, too."""
        wanted = web.read_json(bodies.Reset)
        if wanted.books:
            with self._paused():
                self.snapshots.reset()
        self.sandbox.faults.begin()
        self.sandbox.forget()
        self.sandbox.forwarding.end()
        if wanted.seed is not None:
            self.sandbox.faults.sow(wanted.seed)
        return {"reset": True, "books": wanted.books}

    def begin(self) -> Json:
        """Let a reset of the books go back to how they stand now."""
        web.read_json(bodies.Nothing)
        self.snapshots.begin()
        return {"begun": to_text(self.sandbox.parts.clock.now())}

    def seed(self) -> Json:
        """Draw faults by another seed from now on, as if none had been drawn."""
        wanted = web.read_json(bodies.Seed)
        self.sandbox.faults.sow(wanted.seed)
        return {"seed": wanted.seed}

    def clock(self) -> Json:
        """Tell the time, and how fast it goes."""
        speed = self.timekeeper.speed if self.timekeeper else 1
        return {"now": to_text(self.sandbox.parts.clock.now()), "speed": speed}

    def lead(self) -> Json:
        """Let time pass, what is due on the way happen, and go on at another speed."""
        wanted = web.read_json(bodies.Time)
        if self.timekeeper is None:
            raise TimeGoesOn("this ledger goes by the machine's clock, which nobody can move")
        self.timekeeper.advance(wanted.advance_ms)
        if wanted.speed is not None:
            self.timekeeper.go(wanted.speed)
        return self.clock()

    # --- faults ---

    def kinds(self) -> Json:
        """List what can go wrong."""
        return {"kinds": [{"kind": kind.label, "what": kind.what} for kind in FaultKind]}

    def faults(self) -> Json:
        """List what is set."""
        return {"faults": [views.fault(each) for each in self.sandbox.faults.all()]}

    def add_fault(self) -> tuple[Json, int]:
        """Set a fault."""
        added = self.sandbox.faults.add(web.read_json(bodies.AddFault).fault)
        return views.fault(added), HTTPStatus.CREATED

    def clear_faults(self, number: int = 0) -> Json:
        """Take one fault out, or all."""
        self.sandbox.faults.clear(number)
        return self.faults()

    # --- the record ---

    def requests(self) -> Json:
        """List what was asked."""
        found = self.sandbox.journal.find(_wanted(flask.request.args))
        return {"requests": [views.exchange(each) for each in found if each.number > _after()]}

    def request(self, number: int) -> Json:
        """Tell one request with all its bytes."""
        for each in self.sandbox.journal.all():
            if each.number == number:
                return views.exchange(each, whole=True)
        raise NotRemembered(f"no request {number} is remembered")

    def verify(self) -> Json:
        """Refuse unless there were so many calls (``NotSeen``)."""
        asked = web.read_json(bodies.Verify)
        wanted = Wanted(
            asked.call, asked.account, asked.order_no, asked.face, asked.status, asked.text
        )
        found = self.sandbox.journal.require(wanted, asked.times)
        return {"requests": [views.exchange(each) for each in found]}

    def notifications(self) -> Json:
        """List what merchants were told."""
        found = self.sandbox.deliveries.find(_told(flask.request.args))
        after = _after()
        return {"notifications": [views.delivery(each) for each in found if each.number > after]}

    def notification(self, number: int) -> Json:
        """Tell one attempt with all its bytes, and how what it told stands."""
        for each in self.sandbox.deliveries.all():
            if each.number == number:
                stands = self.sandbox.deliveries.standing(each)
                return views.delivery(each, whole=True) | views.standing(stands)
        raise NotRemembered(f"no attempt {number} is remembered")

    def resend(self, notification_id: str) -> Json:
        """Begin again with a notification."""
        web.read_json(bodies.Nothing)
        self.sandbox.deliveries.resend(notification_id, self.sandbox.parts.clock.now())
        return {"resent": notification_id}

    def wait(self) -> Json:
        """Answer when what is waited for is there, or that it did not come."""
        asked, within_s = flask.request.args, _number("within_s", _WAIT_S, WAIT_MOST_S)
        after = _after()
        if asked.get("for", "notification") == "request":
            wanted = _wanted(asked)

            def is_asked(each: Exchange) -> bool:
                return each.number > after and wanted.fits(each)

            return views.exchange(self.sandbox.journal.wait(is_asked, within_s), whole=True)
        told = _told(asked)

        def is_told(each: Delivery) -> bool:
            return each.number > after and told.fits(each)

        return views.delivery(self.sandbox.deliveries.wait(is_told, within_s), whole=True)

    def forward(self) -> Json:
        """Post notifications to one address of this machine, whatever address was named."""
        wanted = web.read_json(bodies.Forward)
        self.sandbox.forwarding.to(wanted.url, wanted.order_no)
        return {"forwarding": wanted.url}

    def end_forwarding(self) -> Json:
        """Post notifications where they belong again."""
        self.sandbox.forwarding.end(flask.request.args.get("order_no", ""))
        return {"forwarding": ""}

    def checklist(self) -> Json:
        """Tell what each merchant's program was seen to do right and wrong."""
        asked = flask.request.args
        found = self.sandbox.checklists(asked.get("merchant", ""), asked.get("face", ""))
        return {"checklists": list(map(views.checklist, found))}

    def list_snapshots(self) -> Json:
        """Name the snapshots of the provider."""
        return {"snapshots": self.snapshots.names()}

    def save(self) -> tuple[Json, int]:
        """Keep the provider's books, time and faults under a name."""
        name = web.read_json(bodies.Snapshot).name
        self.snapshots.save(name)
        return {"name": name}, HTTPStatus.CREATED

    def restore(self, name: str) -> Json:
        """Put back the provider's books, time and faults."""
        web.read_json(bodies.Nothing)
        with self._paused():
            self.snapshots.restore(name)
        return {"name": name, **self.clock()}

    def _paused(self) -> AbstractContextManager[None]:
        return self.timekeeper.paused() if self.timekeeper else nullcontext()

    # --- people ---

    def payers(self) -> Json:
        """Name everybody."""
        return {"payers": self.sandbox.people.names()}

    def payer(self, name: str) -> Json:
        """Tell what a payer has and is asked."""
        return views.payer(self.sandbox.people.wallet(name))

    def act(self, name: str, act: str) -> Json:
        """Let a payer do something."""
        wallet = self.sandbox.people.wallet(name)
        if act == "payment-code":
            return {"digits": wallet.payment_code(web.read_json(bodies.ShowCode).till)}
        if act in ("scan", "pay"):
            wanted = web.read_json(bodies.Scan)
            asked = wallet.scan(wanted.code, _typed(wanted))
            return views.question(asked) if act == "scan" else {"state": asked.approve().state}
        web.read_json(bodies.Nothing)
        question = wallet.question()
        decided = question.approve() if act == "approve" else question.decline()
        return {"payment_id": decided.payment_id, "state": decided.state}

    def addresses(self) -> Mapping[str, Callable[..., object]]:
        """Name all addresses with their methods."""
        return {
            "GET health": self.health,
            "POST reset": self.reset,
            "POST beginning": self.begin,
            "POST seed": self.seed,
            "GET clock": self.clock,
            "POST clock": self.lead,
            "GET fault-kinds": self.kinds,
            "GET faults": self.faults,
            "POST faults": self.add_fault,
            "DELETE faults": self.clear_faults,
            "DELETE faults/<int:number>": self.clear_faults,
            "GET requests": self.requests,
            "GET requests/<int:number>": self.request,
            "POST requests/verify": self.verify,
            "GET notifications": self.notifications,
            "GET notifications/<int:number>": self.notification,
            "POST notifications/<notification_id>/resend": self.resend,
            "GET wait": self.wait,
            "POST forward": self.forward,
            "DELETE forward": self.end_forwarding,
            "GET checklist": self.checklist,
            "GET snapshots": self.list_snapshots,
            "POST snapshots": self.save,
            "POST snapshots/<name>/restore": self.restore,
            "GET payers": self.payers,
            "GET payers/<name>": self.payer,
            f"POST payers/<name>/<any({','.join(map(repr, ACTS))}):act>": self.act,
        }


def install(app: flask.Flask, steering: Steering) -> None:
    """Add the addresses."""
    for address, view in {**steering.addresses(), **steering.stories.addresses()}.items():
        method, _, path = address.partition(" ")
        guarded = _guarded(steering.token, view)
        app.add_url_rule(f"{PREFIX}/{path}", f"sandbox {address}", guarded, methods=[method])


def _guarded(token: str, view: Callable[..., object]) -> Callable[..., flask.Response]:
    def answer(**parameters: object) -> flask.Response:
        require_steering(token)
        return flask.make_response(view(**parameters))

    return answer


def _typed(wanted: bodies.Scan) -> Money | None:
    if wanted.amount_minor is None:
        return None
    return parse_minor(wanted.amount_minor, wanted.currency)


def _after() -> int:
    return _number("after", 0, 10**9)


def _number(name: str, default: int, most: int) -> int:
    text = flask.request.args.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        raise FieldFormat(f"{name} is a whole number")
    return min(int(text), most)


def _wanted(asked: Mapping[str, str]) -> Wanted:
    return Wanted(
        name=asked.get("call", ""),
        account=asked.get("account", ""),
        order_no=asked.get("order_no", ""),
        face=asked.get("face", ""),
        status=_number("status", 0, 999),
        text=asked.get("text", ""),
    )


def _told(asked: Mapping[str, str]) -> Told:
    return Told(
        event=asked.get("event", ""),
        order_no=asked.get("order_no", ""),
        merchant=asked.get("merchant", ""),
        face=asked.get("face", ""),
        notification_id=asked.get("notification_id", ""),
        lost_too=asked.get("lost_too", "") == "yes",
    )
