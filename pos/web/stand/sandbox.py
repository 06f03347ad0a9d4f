"""The sandbox card's acts: what usually takes a second person, or bad luck.

    POST /api/sandbox/sales/{id}/approve {}       a demo payer scans the code, or is asked, and pays
    POST /api/sandbox/sales/{id}/decline {}       a demo payer does so, and says no
    POST /api/sandbox/sales/{id}/expire {}        time passes, for all parties, until it has expired
    POST /api/sandbox/sales/{id}/lose-answer {}   the provider's next three answers get lost
    POST /api/sandbox/sales/{id}/slow-down {}     they come three seconds late
    POST /api/sandbox/payment-codes {}            a demo payer's fresh payment code, for the scanner

The addresses exist only in a sandbox (``QRPAY_POS_SANDBOX_WALLET``, which ``qrpay up`` sets).
Nothing is faked: payer, provider and till do what they always do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import flask

from ledger.kit import web
from ledger.kit.clock import SharedClock
from ledger.kit.transport.faults import A_FEW, LATE_MS, Faults
from ledger.protocol.errors.checkout import CodeNotShown
from ledger.protocol.errors.content import RouteNotFound
from ledger.protocol.instants import SECOND
from ledger.protocol.payment_code import SHOWN_TO
from pos.acquirers.intents import Attempt
from pos.collect import Mode
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.web import bodies
from pos.web.answers import json_answer
from pos.web.stand.demo_payer import DemoPayer

_A_MOMENT_MS: Final = 1 * SECOND


@dataclass(frozen=True)
class Sandbox:
    """What the card can do at a till whose line to the provider has ``faults``."""

    desk: Desk
    payer: DemoPayer
    faults: Faults

    def acts(self) -> dict[str, Callable[[str], None]]:
        """Give all acts by name; each takes a sale's id."""
        return {
            "approve": lambda sale_id: self.payer.approve(self._question(sale_id)),
            "decline": lambda sale_id: self.payer.decline(self._question(sale_id)),
            "expire": self._expire,
            "lose-answer": lambda _: self.faults.lose_answers(A_FEW),
            "slow-down": lambda _: self.faults.slow_down(A_FEW, LATE_MS),
        }

    def payment_code(self) -> str:
        """Give the digits that a demo payer's phone would show to this till."""
        return self.payer.present(SHOWN_TO.get(self.desk.acquirer.name, "native"))

    def _expire(self, sale_id: str) -> None:
        clock = self.desk.clock
        if not isinstance(clock, SharedClock):
            raise CodeNotShown("this till goes by the machine's clock, which nobody can move")
        left = self._attempt(sale_id).expires_at - clock.now()
        clock.advance(max(0, left) + _A_MOMENT_MS)

    def _question(self, sale_id: str) -> str:
        attempt = self._attempt(sale_id)
        if attempt.collection.mode is Mode.READ:
            return self.payer.asked(attempt.amount)
        if attempt.shown_code is None:
            raise CodeNotShown("no code is shown for this sale")
        return self.payer.scan(attempt.shown_code)

    def _attempt(self, sale_id: str) -> Attempt:
        sale = self.desk.store.sales.get(sale_id)
        running = collecting.running_attempt(self.desk, sale)
        if running is None:
            raise CodeNotShown(f"the sale is {sale.state}")
        return running


def add(app: flask.Flask, sandbox: Sandbox) -> None:
    """Add the addresses."""
    acts = sandbox.acts()

    @app.post("/api/sandbox/sales/<sale_id>/<act>")
    def play(sale_id: str, act: str) -> flask.Response:
        web.read_json(bodies.Empty)
        if act not in acts:
            raise RouteNotFound(f"the card can {', '.join(acts)}")
        sandbox.desk.store.sales.get(sale_id)
        acts[act](sale_id)
        return json_answer({"done": act})

    @app.post("/api/sandbox/payment-codes")
    def present() -> flask.Response:
        web.read_json(bodies.Empty)
        return json_answer({"payment_code": sandbox.payment_code()})
