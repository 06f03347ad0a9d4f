"""The wallet's sandbox card: time that passes, and answers of the provider that go wrong.

    POST /api/sandbox/expire {"expires_at": "2026-11-22T10:00:45.000Z"}   time passes till then
    POST /api/sandbox/lose-answer {}     the next three answers about payments get lost
    POST /api/sandbox/slow-down {}       they come three seconds late

The addresses exist only in a sandbox (``QRPAY_WALLET_SANDBOX``, which ``qrpay up`` sets) and answer
to this machine alone: what they do is done to everybody. To agree or not is the page's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import flask
from msgspec import Struct

from ledger.kit import web
from ledger.kit.clock import Clock, SharedClock
from ledger.kit.transport.faults import A_FEW, LATE_MS, Faults
from ledger.protocol.errors.checkout import CodeNotShown
from ledger.protocol.instants import HOUR, SECOND, from_text, to_text
from wallet.web import bodies
from wallet.web.routes import as_json
from wallet.web.session import visitor

MOST_MS: Final = 1 * HOUR
"""Nothing that a page shows lives longer."""


def concerns(_method: str, url: str) -> bool:
    """Tell which of the wallet's calls can go wrong: what is done to a payment and asked of it.

    A sticker's begins with its scan. Not the offer, which is asked for once more before anything is
    signed.
    """
    if "/v1/stickers/" in url:
        return True
    return "/v1/payments/" in url and not url.endswith("/offer")


class Until(Struct, frozen=True, forbid_unknown_fields=True):
    """When what is shown will have ended."""

    expires_at: str


@dataclass(frozen=True)
class Sandbox:
    """What the card can do at a wallet whose line to the provider has ``faults``."""

    clock: Clock
    faults: Faults

    def expire(self, expires_at: str) -> None:
        """Let time pass, for all parties, until that instant is over.

        Raises ``MessageFormat``, and ``CodeNotShown`` where the clock can't be moved or nothing
        ends then.
        """
        if not isinstance(self.clock, SharedClock):
            raise CodeNotShown("this wallet goes by the machine's clock, which nobody can move")
        left = from_text(expires_at) - self.clock.now()
        if left > MOST_MS:
            raise CodeNotShown("nothing that is shown lives so long")
        self.clock.advance(max(0, left) + SECOND)


def api(sandbox: Sandbox) -> flask.Blueprint:
    """Make the part of the API that the card uses."""
    blueprint = flask.Blueprint("sandbox", __name__, url_prefix="/api/sandbox")
    blueprint.before_request(visitor.require_own_page)
    blueprint.before_request(visitor.require_this_machine)

    @blueprint.post("/expire")
    def expire() -> flask.Response:
        sandbox.expire(web.read_json(Until).expires_at)
        return as_json({"done": "expire", "now": to_text(sandbox.clock.now())})

    @blueprint.post("/lose-answer")
    def lose_answer() -> flask.Response:
        web.read_json(bodies.Empty)
        sandbox.faults.lose_answers(A_FEW)
        return as_json({"done": "lose-answer"})

    @blueprint.post("/slow-down")
    def slow_down() -> flask.Response:
        web.read_json(bodies.Empty)
        sandbox.faults.slow_down(A_FEW, LATE_MS)
        return as_json({"done": "slow-down"})

    return blueprint
