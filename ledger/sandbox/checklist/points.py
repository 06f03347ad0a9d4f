"""What a merchant's program has to get right, and the commands that make it show."""

from __future__ import annotations

from enum import Enum


class Point(Enum):
    """One line of the checklist: its name, what is right, and how to make it show."""

    NOTICE_ANSWERED = (
        "notice.answered",
        "A notification is answered in the provider's words",
        "sell something to a payer",
    )
    NOTICE_TWICE = (
        "notice.twice",
        "The second copy of a notification is answered like the first, as far as can be seen here",
        "qrpay fault add notification.doubled --times 1",
    )
    NOTICE_VERIFIED = (
        "notice.verified",
        "A notification with a wrong signature is refused",
        "qrpay fault add notification.wrongly-signed --times 1",
    )
    NOTICE_MISSED = (
        "notice.missed",
        "A payment whose notification got lost is asked about",
        "qrpay fault add notification.lost --times 1",
    )
    ANSWER_VERIFIED = (
        "answer.verified",
        "An answer that says paid under a wrong signature is not believed",
        "qrpay fault add answer.wrongly-signed --times 1, notifications lost, and a query",
    )
    DOUBT_ASKED = (
        "doubt.asked",
        "An order whose answer got lost is asked about",
        "qrpay fault add answer.lost --times 1 before an order",
    )
    DOUBT_SAME_NUMBER = (
        "doubt.same-number",
        "Who tries again after a lost answer takes the same number",
        "qrpay fault add call.lost --times 1 before an order",
    )
    UNPAID_ENDED = (
        "unpaid.ended",
        "What stays unpaid or unknown is asked about, then closed or reversed",
        "sell, let nobody pay, and give up",
    )
    NUMBER_ONCE = (
        "number.once",
        "An order's number never stands for another price",
        "sell two things",
    )
    REFUND_SAME_NUMBER = (
        "refund.same-number",
        "A refund whose answer got lost is asked for again by the same number",
        "qrpay fault add answer.lost --times 1 before a refund",
    )
    STATEMENT_FETCHED = (
        "statement.fetched",
        "The provider's bill is fetched, to compare the day",
        "qrpay clock --advance 1d, and close the day",
    )

    def __init__(self, label: str, right: str, provoke: str) -> None:
        self.label = label
        self.right = right
        self.provoke = provoke
