"""A till that speaks Alipay's V2, with the four addresses: careful, or with a flaw of your choice.

It is what a shop's developer would write, in small: a list of sales, a place for notifications, a
loop that asks about what is open. Each ``Flaw`` is a mistake that has been made at real tills.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import flask
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.parameters import notice_text
from ledger.protocol.errors import QrpayError
from ledger.testing.conformance.tills import TillState
from ledger.testing.play import Play
from tests.sandbox.merchant import Till

ASK_EVERY_S: Final = 0.1
LOOKS_S: Final = 1.0
"""Between looking and booking, for a till that does one after the other."""

DONE: Final = "10000"
REFUSED: Final = "40004"
NOT_THERE: Final = "ACQ.TRADE_NOT_EXIST"
PAID_STATES: Final = {"TRADE_SUCCESS", "TRADE_FINISHED"}


class Flaw(Enum):
    """Mistakes."""

    BELIEVES_UNSIGNED = auto()
    IGNORES_AMOUNT = auto()
    IGNORES_MERCHANT = auto()
    IGNORES_STATUS = auto()
    IGNORES_NUMBER = auto()
    HANDS_OVER_EACH_TIME = auto()
    LOOKS_THEN_BOOKS = auto()
    BEGINS_ANEW = auto()
    SAYS_OK = auto()
    FAILS_ON_NONSENSE = auto()
    NEVER_ASKS = auto()
    NEVER_LEARNS = auto()
    BELIEVES_ANSWERS = auto()
    SCANNED_IS_PAID = auto()
    DOUBT_IS_UNPAID = auto()
    DOUBT_IS_PAID = auto()
    ANY_ANSWER_IS_PAID = auto()
    NO_ANSWER_IS_UNPAID = auto()
    CANCELS_AT_HOME = auto()
    COUNTS_IN_YUAN = auto()
    STAYS_STUCK = auto()
    NEW_REFUND_NUMBER = auto()
    ONE_REFUND_NUMBER = auto()
    REFUNDS_AT_HOME = auto()
    REFUNDS_UNCHECKED = auto()
    REFUND_IS_DONE = auto()
    CHARGES_AT_HOME = auto()


@dataclass
class Sale:
    """A sale; ``given_back`` by the number of the refund."""

    number: str
    amount: str
    code: str = ""
    state: TillState = TillState.OPEN
    handed_over: int = 0
    given_back: dict[str, int] = field(default_factory=dict)
    is_charge: bool = False
    times_not_there: int = 0


class Refused(Exception):
    """The till does not do it."""


class Shop:
    """The till's work."""

    def __init__(self, play: Play, flaws: AbstractSet[Flaw]) -> None:
        self.line = Till(play)
        self.flaws = flaws
        self.sales: dict[str, Sale] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._is_stuck = False

    def sell(self, amount_minor: int, payment_code: str) -> Sale:
        """Show a code, or charge one."""
        if self._is_stuck:
            raise Refused("stuck")
        factor = 100 if Flaw.COUNTS_IN_YUAN in self.flaws else 1
        minor = amount_minor * factor
        number = f"S{time.time_ns()}-{next(self._numbers)}"
        sale = Sale(number, f"{minor // 100}.{minor % 100:02}", is_charge=bool(payment_code))
        self.sales[number] = sale
        if payment_code:
            self._charge(sale, payment_code)
            return sale
        try:
            sale.code = self.line.shown(number, sale.amount)
        except (OSError, QrpayError, KeyError) as error:
            self._is_stuck = Flaw.STAYS_STUCK in self.flaws
            sale.state = TillState.CLOSED
            raise Refused("no code") from error
        return sale

    def cancel(self, sale: Sale) -> None:
        """Give up, and tell the provider."""
        if Flaw.CANCELS_AT_HOME not in self.flaws:
            self._call("alipay.trade.cancel", out_trade_no=sale.number)
        sale.state = TillState.CLOSED

    def refund(self, sale: Sale, key: str, amount_minor: int) -> None:
        """Give back, once for each number."""
        with self._lock:
            self._require_refundable(sale, key, amount_minor)
            if Flaw.REFUND_IS_DONE in self.flaws:
                sale.given_back[f"{key}{len(sale.given_back)}"] = amount_minor
            number = key
            if Flaw.NEW_REFUND_NUMBER in self.flaws:
                number = f"{key}{next(self._numbers)}"
            if Flaw.ONE_REFUND_NUMBER in self.flaws:
                number = "refund"
            if Flaw.REFUNDS_AT_HOME not in self.flaws:
                self._give_back(sale, number, amount_minor)
            if Flaw.REFUND_IS_DONE not in self.flaws:
                sale.given_back[number] = amount_minor

    def told(self, body: bytes) -> str:
        """Take a notification; gives the answer."""
        try:
            fields = dict(parse_qsl(body.decode(), strict_parsing=True))
        except ValueError:
            if Flaw.FAILS_ON_NONSENSE in self.flaws:
                raise
            return "fail"
        if Flaw.NEVER_LEARNS in self.flaws or not self._is_believed(fields):
            return "fail"
        sale = self._meant(fields)
        if sale is None or not self._fits(sale, fields):
            return "fail"
        if sale.state is not TillState.CLOSED or Flaw.DOUBT_IS_UNPAID not in self.flaws:
            self._book(sale, is_told=True)
        return "OK" if Flaw.SAYS_OK in self.flaws else "success"

    def ask_about_all(self) -> None:
        """Ask the provider about what is open, or not known."""
        if self.flaws & {Flaw.NEVER_ASKS, Flaw.NEVER_LEARNS}:
            return
        for sale in list(self.sales.values()):
            if sale.state in (TillState.OPEN, TillState.UNKNOWN):
                self._ask(sale)

    def _charge(self, sale: Sale, code: str) -> None:
        if Flaw.CHARGES_AT_HOME in self.flaws:
            return
        gives_up = Flaw.DOUBT_IS_UNPAID in self.flaws
        sale.state = TillState.CLOSED if gives_up else TillState.UNKNOWN
        try:
            said = self._called(
                "alipay.trade.pay",
                out_trade_no=sale.number,
                auth_code=code,
                scene="bar_code",
                subject="Tea",
                total_amount=sale.amount,
            )
        except (OSError, QrpayError):
            said = {}
        if said.get("code") == DONE or (said and Flaw.ANY_ANSWER_IS_PAID in self.flaws):
            self._book(sale)
        elif said.get("code") == REFUSED:
            sale.state = TillState.CLOSED
        elif Flaw.DOUBT_IS_PAID in self.flaws:
            self._book(sale)

    def _ask(self, sale: Sale) -> None:
        try:
            said = self._called("alipay.trade.query", out_trade_no=sale.number)
        except (OSError, QrpayError):
            if Flaw.NO_ANSWER_IS_UNPAID in self.flaws:
                sale.state = TillState.CLOSED
            return
        status = said.get("trade_status", "")
        if status in PAID_STATES or (status and Flaw.SCANNED_IS_PAID in self.flaws):
            self._book(sale)
        elif status == "TRADE_CLOSED":
            sale.state = TillState.CLOSED
        elif said.get("sub_code") == NOT_THERE and sale.is_charge:
            sale.times_not_there += 1
            if sale.times_not_there > 1:
                self.cancel(sale)
        elif said.get("code") != DONE and Flaw.NO_ANSWER_IS_UNPAID in self.flaws:
            sale.state = TillState.CLOSED

    def _book(self, sale: Sale, *, is_told: bool = False) -> None:
        if is_told and Flaw.BEGINS_ANEW in self.flaws:
            sale.given_back.clear()
        if Flaw.LOOKS_THEN_BOOKS in self.flaws:
            is_new = sale.state is not TillState.PAID
            time.sleep(LOOKS_S)
            self._hand_over(sale, is_new=is_new)
            return
        with self._lock:
            again = is_told and Flaw.HANDS_OVER_EACH_TIME in self.flaws
            self._hand_over(sale, is_new=again or sale.state is not TillState.PAID)

    def _hand_over(self, sale: Sale, *, is_new: bool) -> None:
        sale.state = TillState.PAID
        sale.handed_over += is_new

    def _is_believed(self, fields: dict[str, str]) -> bool:
        if Flaw.BELIEVES_UNSIGNED in self.flaws:
            return True
        platform = rsa.public_key(self.line.play.alipay.platform_public_key)
        try:
            keys.verify(platform, notice_text(fields).encode(), fields.get("sign", ""))
        except QrpayError:
            return False
        return True

    def _meant(self, fields: dict[str, str]) -> Sale | None:
        if Flaw.IGNORES_NUMBER in self.flaws:
            still = [each for each in self.sales.values() if each.state is not TillState.PAID]
            return still[0] if still else None
        return self.sales.get(fields.get("out_trade_no", ""))

    def _fits(self, sale: Sale, fields: dict[str, str]) -> bool:
        right_amount = fields.get("total_amount") == sale.amount
        right_shop = fields.get("app_id") == self.line.play.alipay.app_id
        right_state = fields.get("trade_status") in PAID_STATES
        return (
            (right_amount or Flaw.IGNORES_AMOUNT in self.flaws)
            and (right_shop or Flaw.IGNORES_MERCHANT in self.flaws)
            and (right_state or Flaw.IGNORES_STATUS in self.flaws)
        )

    def _require_refundable(self, sale: Sale, key: str, amount_minor: int) -> None:
        if Flaw.REFUNDS_UNCHECKED in self.flaws:
            return
        left = round(float(sale.amount) * 100) - sum(sale.given_back.values())
        if sale.state is not TillState.PAID or (key not in sale.given_back and amount_minor > left):
            raise Refused("nothing to give back")

    def _give_back(self, sale: Sale, number: str, amount_minor: int) -> None:
        said = self._call(
            "alipay.trade.refund",
            out_trade_no=sale.number,
            out_request_no=number,
            refund_amount=f"{amount_minor // 100}.{amount_minor % 100:02}",
        )
        if said.get("code") != DONE and Flaw.REFUNDS_UNCHECKED not in self.flaws:
            raise Refused(str(said))

    def _call(self, method: str, **content: str) -> dict[str, Any]:
        try:
            return self._called(method, **content)
        except (OSError, QrpayError) as error:
            raise Refused(str(error)) from error

    def _called(self, method: str, **content: str) -> dict[str, Any]:
        if Flaw.BELIEVES_ANSWERS not in self.flaws:
            return self.line.call(method, **content)
        found: dict[str, Any] = next(
            iter(flask.json.loads(self.line.raw(method, **content)).values())
        )
        return found


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's)
        """Say nothing."""


def _app(shop: Shop) -> flask.Flask:
    app = flask.Flask("shop", static_folder=None)

    @app.post("/sales")
    def sell() -> dict[str, str]:
        wanted = flask.request.get_json()
        sale = shop.sell(wanted["amount_minor"], wanted["payment_code"])
        return {"sale_id": sale.number, "order_no": sale.number, "code": sale.code}

    @app.get("/sales/<number>")
    def standing(number: str) -> dict[str, Any]:
        sale = shop.sales[number]
        given_back = sum(sale.given_back.values())
        return {
            "state": sale.state,
            "handed_over": sale.handed_over,
            "refunded_minor": given_back,
        }

    @app.post("/sales/<number>/refunds")
    def refund(number: str) -> dict[str, str]:
        wanted = flask.request.get_json()
        shop.refund(shop.sales[number], wanted["key"], wanted["amount_minor"])
        return {}

    @app.post("/sales/<number>/cancel")
    def cancel(number: str) -> dict[str, str]:
        shop.cancel(shop.sales[number])
        return {}

    @app.post("/notify")
    def notify() -> str:
        return shop.told(flask.request.get_data())

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return str(error), HTTPStatus.CONFLICT

    return app


@contextmanager
def open_shop(play: Play, flaws: AbstractSet[Flaw] = frozenset()) -> Iterator[str]:
    """Open a till for a block; the address of it."""
    shop = Shop(play, flaws)
    server = make_server("127.0.0.1", 0, _app(shop), threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    if Flaw.NEVER_LEARNS not in flaws:
        shop.line.notify_url = f"{url}/notify"
    is_closing = threading.Event()

    def ask() -> None:
        while not is_closing.wait(ASK_EVERY_S):
            shop.ask_about_all()

    threads = [
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True),
        threading.Thread(target=ask, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield url
    finally:
        is_closing.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
