"""What a program did is told by its traffic: right, wrong, or not seen."""

from __future__ import annotations

import pytest

from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.sandbox.checklist.judging import Line, Verdict, judge
from ledger.sandbox.checklist.points import Point
from ledger.sandbox.checklist.traffic import traffic
from ledger.sandbox.record.calls import called
from ledger.sandbox.record.deliveries import About, Delivery
from ledger.sandbox.record.journal import Exchange
from ledger.testing.play import Play
from tests.sandbox.merchant import Till, Told

BEGAN = Instant(1795300180000)
PRECREATE, PAY, QUERY, REVERSE, REFUND = (
    f"alipay.trade.{each}" for each in ("precreate", "pay", "query", "cancel", "refund")
)
PAID = b'{"alipay_trade_query_response":{"trade_status":"TRADE_SUCCESS"}}'
SHOP = "M2088DEMO000001"


class Record:
    """A journal and a log written by hand, an entry a second."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.deliveries: list[Delivery] = []

    def call(
        self,
        method: str,
        order_no: str,
        *faults: str,
        answer: bytes = b"{}",
        amount: str = "12.95",
        refund_no: str = "",
    ) -> Record:
        content = {"total_amount": amount, "out_trade_no": order_no, "out_request_no": refund_no}
        told = ",".join(f"%22{name}%22%3A%22{text}%22" for name, text in content.items() if text)
        body = f"app_id=2021&method={method}&biz_content=%7B{told}%7D".encode()
        exchange = Exchange(
            number=len(self.exchanges) + 1,
            at=later(BEGAN, SECOND * len(self.exchanges)),
            called=called("POST", "/gateway.do", "", {}, body),
            method="POST",
            target="/gateway.do",
            headers={},
            body=body,
            status=200,
            answer_headers={},
            answer=answer,
            faults=faults,
        )
        self.exchanges.append(exchange)
        return self

    def told(self, order_no: str, *faults: str, status: int = 200, taken: bool = True) -> Record:
        about = About(f"ntf_{order_no}", "payment.paid", SHOP, "", order_no, "alipay", "2021")
        self.deliveries.append(
            Delivery(
                number=len(self.deliveries) + 1,
                at=BEGAN,
                about=(about,),
                url="http://127.0.0.1:9/told",
                headers={},
                body=b"",
                status=status,
                answer=b"",
                faults=faults,
                is_taken=taken,
            )
        )
        return self

    def line(self, point: Point, after_ms: int = 5 * MINUTE) -> Line:
        now = later(BEGAN, after_ms)
        [seen] = traffic(self.exchanges, self.deliveries, now, lambda *_: SHOP)
        return next(line for line in judge(seen) if line.point is point)


def lost(method: str, fault: str = "answer.lost") -> Record:
    return Record().call(method, "A-1", fault)


def refunded(second: str) -> Record:
    first = Record().call(REFUND, "A-1", "answer.lost", refund_no="R-1")
    return first.call(REFUND, "A-1", refund_no=second)


RIGHT = {
    Point.NOTICE_ANSWERED: Record().told("A-1"),
    Point.NOTICE_TWICE: Record().told("A-1").told("A-1"),
    Point.NOTICE_VERIFIED: Record().told("A-1", "notification.wrongly-signed", taken=False),
    Point.NOTICE_MISSED: Record()
    .told("A-1", "notification.lost", status=0, taken=False)
    .call(QUERY, "A-1"),
    Point.ANSWER_VERIFIED: Record()
    .call(QUERY, "A-1", "answer.wrongly-signed", answer=PAID)
    .call(QUERY, "A-1", answer=PAID),
    Point.DOUBT_ASKED: lost(PAY).call(QUERY, "A-1"),
    Point.DOUBT_SAME_NUMBER: lost(PRECREATE, "call.lost").call(PRECREATE, "A-1"),
    Point.UNPAID_ENDED: lost(PAY).call(QUERY, "A-1").call(REVERSE, "A-1"),
    Point.NUMBER_ONCE: Record().call(PRECREATE, "A-1").call(PRECREATE, "A-2"),
    Point.REFUND_SAME_NUMBER: refunded("R-1"),
    Point.STATEMENT_FETCHED: Record().call("alipay.data.dataservice.bill.downloadurl.query", ""),
}

WRONG = {
    Point.NOTICE_ANSWERED: Record().told("A-1", taken=False).told("A-1", taken=False),
    Point.NOTICE_TWICE: Record().told("A-1").told("A-1", status=500, taken=False),
    Point.NOTICE_VERIFIED: Record().told("A-1", "notification.wrongly-signed"),
    Point.NOTICE_MISSED: Record().told("A-1", "notification.lost", status=0, taken=False),
    Point.ANSWER_VERIFIED: Record().call(QUERY, "A-1", "answer.unsigned", answer=PAID),
    Point.DOUBT_ASKED: lost(PAY),
    Point.DOUBT_SAME_NUMBER: lost(PAY).call(PAY, "A-2"),
    Point.NUMBER_ONCE: Record().call(PRECREATE, "A-1").call(PRECREATE, "A-1", amount="1.00"),
    Point.REFUND_SAME_NUMBER: refunded("R-2"),
}


@pytest.mark.parametrize("point", Point, ids=lambda point: point.label)
def test_what_was_seen_done_right_is_ticked(point: Point) -> None:
    line = RIGHT[point].line(point)
    assert line.verdict is Verdict.TICKED
    assert line.evidence


@pytest.mark.parametrize("point", WRONG, ids=lambda point: point.label)
def test_what_was_seen_done_wrong_is_violated_though_it_was_right_before(point: Point) -> None:
    line = WRONG[point].line(point)
    assert line.verdict is Verdict.VIOLATED
    assert line.what
    both = Record()
    both.exchanges = [*RIGHT[point].exchanges]
    both.deliveries = [*RIGHT[point].deliveries]
    for each in WRONG[point].exchanges:
        fields = each.body.replace(b"A-1", b"B-1").replace(b"A-2", b"B-2")
        number = len(both.exchanges) + 1
        read = called("POST", "/gateway.do", "", {}, fields)
        changed = {"number": number, "called": read, "body": fields}
        both.exchanges.append(Exchange(**{**_fields(each), **changed}))  # type: ignore[arg-type]
    for told in WRONG[point].deliveries:
        both.told("B-1", *told.faults, status=told.status, taken=told.is_taken)
    assert both.line(point).verdict is Verdict.VIOLATED


def _fields(exchange: Exchange) -> dict[str, object]:
    return {name: getattr(exchange, name) for name in Exchange.__slots__}


@pytest.mark.parametrize("point", Point, ids=lambda point: point.label)
def test_what_nobody_did_is_not_seen(point: Point) -> None:
    seen = Record().call("alipay.trade.orderinfo.sync", "A-1").call(PRECREATE, "A-1")
    assert seen.line(point) == Line(point, Verdict.NOT_SEEN)


@pytest.mark.parametrize("point", [Point.NOTICE_MISSED, Point.ANSWER_VERIFIED, Point.DOUBT_ASKED])
def test_there_is_a_minute_for_what_has_to_be_done(point: Point) -> None:
    assert WRONG[point].line(point, after_ms=MINUTE - 1).verdict is Verdict.NOT_SEEN


def test_a_till_that_does_it_right_has_its_ticks(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("call.unknown", call=PRECREATE, times=1)
    with pytest.raises(KeyError):
        till.shown("A-1")  # no code in such an answer
    code = till.shown("A-1")
    qrpay.faults.add("notification.doubled", times=1)
    qrpay.wallet("anna").pay(code)
    qrpay.notifications.wait("payment.paid", order_no="A-1")
    qrpay.faults.add("notification.lost", order_no="A-2")
    qrpay.wallet("anna").pay(till.shown("A-2"))
    assert till.status("A-2") == "TRADE_SUCCESS"
    stands = {name: line.verdict for name, line in qrpay.checklist("alipay").items()}
    assert {name for name, verdict in stands.items() if verdict is Verdict.TICKED} >= {
        "notice.answered",
        "notice.twice",
        "doubt.asked",
        "doubt.same-number",
        "number.once",
    }
    assert Verdict.VIOLATED not in stands.values()
    assert len(told.forms) == 2


def test_a_merchant_that_believes_a_forged_notification_is_named(
    qrpay: Play, till: Till, told: Told
) -> None:
    qrpay.faults.add("notification.wrongly-signed", times=1)
    qrpay.wallet("anna").pay(till.shown("A-1"))
    arrived = qrpay.notifications.wait("payment.paid")
    line = qrpay.checklist("alipay")["notice.verified"]
    assert (line.verdict, line.evidence) == ("violated", f"notification {arrived.number}")
    assert (len(told.forms), arrived.is_taken) == (1, True)
    assert {line.verdict for line in qrpay.checklist("antom").values()} == {"not seen"}
