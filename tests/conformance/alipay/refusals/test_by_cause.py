"""The SDKs read why a call is refused: each method, each documented code that has a cause here.

What is refused changes nothing, so all three ways of calling are refused by the same trades.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.parties import register
from ledger.core.privacy import erasure
from ledger.core.records.parties import PartyStatus
from ledger.core.records.spending import OwnLimits
from ledger.protocol.alipay_wire.codes import codes_of
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY
from tests.conformance.alipay.refusals import deposits, trades
from tests.conformance.alipay.refusals.legs import LEGS, offered
from tests.conformance.alipay.refusals.stage import Stage
from tests.conformance.alipay.refusals.trades import SELLING, TERMS, Cause, trade
from tests.faces.alipay.shop import MERCHANT_ID

GUESSES = 20


def require_refused(stage: Stage, causes: Sequence[Cause]) -> None:
    """Have every SDK call, and be refused as the reference says."""
    for (method, _), code in causes:
        assert code in codes_of(method), (method, code)
    for leg in LEGS:
        known = [(call, code) for call, code in causes if offered(leg, call[0])]
        read = stage.refused(leg, [call for call, _ in known])
        met = [(call[0], code) for (call, _), code in zip(known, read, strict=True)]
        assert met == [(call[0], code) for call, code in known], leg


def payer_id(stage: Stage, name: str) -> PayerId:
    return PayerId(stage.shop.wallet(name).payer["payer_id"])


def test_trades_of_every_state_are_refused_by_name(stage: Stage) -> None:
    trades.prepare(stage.shop)
    require_refused(
        stage,
        [
            *trades.of_selling(stage.shop),
            *trades.of_buyers(stage.shop),
            *trades.of_endings(stage.shop),
            *trades.of_bills(),
        ],
    )


def test_deposits_of_every_state_are_refused_by_name(stage: Stage) -> None:
    auth_nos = deposits.prepare(stage.shop)
    require_refused(
        stage,
        [
            *deposits.of_freezing(stage.shop),
            *deposits.of_ending(auth_nos),
            *deposits.of_taking(auth_nos),
        ],
    )


def test_a_trade_of_another_day_is_not_cancelled_and_one_of_another_year_is_over(
    stage: Stage,
) -> None:
    shop, paid = stage.shop, {"out_trade_no": "paid"}
    trades.prepare(shop)
    shop.clock.advance(DAY)
    require_refused(stage, [trade("cancel", "TRADE_CANCEL_TIME_OUT", **paid)])
    shop.clock.advance(366 * DAY)
    shop.ledger.sweeper.sweep()
    back = paid | {"refund_amount": "1.00", "out_request_no": "R9"}
    require_refused(
        stage,
        [
            trade("cancel", "TRADE_HAS_FINISHED", **paid),
            trade("refund", "TRADE_HAS_FINISHED", **back),
        ],
    )


def test_payers_who_may_not_pay_are_told_apart(stage: Stage) -> None:
    shop = stage.shop
    codes = {name: shop.auth_code(name) for name in ("anna", "li-wei", "yuki")}
    with shop.store.transaction() as books:
        register.set_payer_status(
            books, payer_id=payer_id(stage, "anna"), status=PartyStatus.BLOCKED
        )
        for name, daily, monthly in (("li-wei", 1, None), ("yuki", None, 1)):
            limits = OwnLimits(payer_id(stage, name), daily_minor=daily, monthly_minor=monthly)
            books.spending.set_own_limits(limits)
    new = TERMS | {"out_trade_no": "new"}
    why = {
        "anna": "BUYER_ENABLE_STATUS_FORBID",
        "li-wei": "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
        "yuki": "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR",
    }
    require_refused(
        stage, [trade("pay", code, **new, auth_code=codes[name]) for name, code in why.items()]
    )


def test_to_a_payer_who_left_nothing_is_refunded(stage: Stage) -> None:
    shop = stage.shop
    everything = {"out_trade_no": "all", "total_amount": "200.00"}
    shop.scan_and_pay("anna", shop.precreate(**everything))
    while shop.ledger.notifier.deliver_due():
        pass
    with shop.store.transaction() as books:
        erasure.erase(books, payer_id=payer_id(stage, "anna"), now=shop.clock.now())
    back = {"out_trade_no": "all", "refund_amount": "1.00", "out_request_no": "R1"}
    require_refused(stage, [trade("refund", "BUYER_NOT_EXIST", **back)])


def test_a_blocked_shop_sells_nothing(stage: Stage) -> None:
    shop = stage.shop
    trades.prepare(shop)
    _, buyer = trades.paid_by(shop)
    new = TERMS | {"out_trade_no": "new", "buyer_id": buyer, "auth_code": shop.auth_code("anna")}
    with shop.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=MERCHANT_ID, status=PartyStatus.BLOCKED)
    require_refused(
        stage, [trade(method, "MERCHANT_STATUS_NOT_NORMAL", **new) for method in SELLING]
    )


def test_a_shop_that_guesses_payment_codes_is_told_of_the_risk(stage: Stage) -> None:
    for guess in range(GUESSES):
        stage.shop.pay(f"28{guess:016d}")
    new = TERMS | {"out_trade_no": "new", "auth_code": "28" + "9" * 16}
    require_refused(stage, [trade("pay", "PAYMENT_REQUEST_HAS_RISK", **new)])
