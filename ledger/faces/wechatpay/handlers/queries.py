"""Looking an order up by either number, and closing it."""

from __future__ import annotations

from collections.abc import Callable

from ledger.core.checkout import endings
from ledger.core.ports import Books
from ledger.core.vendors.orders import Opened, require
from ledger.faces import Provider
from ledger.faces.wechatpay import mapping, parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.bodies import EndOrder
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.mapping import Style
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.wechatpay import NotClosable
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented


def query(style: Style) -> Callable[[Provider, Books, Call], Outcome]:
    """Make the handler that looks an order up; by the platform's number only once it is paid."""

    def handler(_provider: Provider, books: Books, call: Call) -> Outcome:
        asked = parties.of_query(books, call)
        opened = require(
            books,
            account=asked.account,
            out_no=call.path.get("out_trade_no", ""),
            vendor_no=call.path.get("transaction_id", ""),
        )
        if "transaction_id" in call.path and opened.payment.paid_at is None:
            raise OrderNotFound(f"nobody has paid {opened.order.vendor_no}")
        return Outcome(200, mapping.transaction(books, opened, style))

    return handler


def close(provider: Provider, books: Books, call: Call) -> Outcome:
    """End an unpaid order; again is the same.

    Raises ``OrderNotFound``, ``OrderAlreadyPaid``, ``NotClosable``.
    """
    body = call.sent(EndOrder)
    asked = parties.of_body(books, call, body, names_app=False)
    opened = require(books, account=asked.account, out_no=call.path["out_trade_no"])
    if opened.payment.presented is Presented.CONSUMER:
        raise NotClosable(opened.order.out_no)
    if not _is_over(opened):
        endings.close(
            books,
            merchant_id=asked.account.merchant_id,
            payment_id=opened.payment.payment_id,
            now=call.now,
            ids=provider.ids,
            key=provider.signing_key,
        )
    return Outcome(204, None)


def _is_over(opened: Opened) -> bool:
    return opened.payment.state in (PaymentState.CLOSED, PaymentState.DECLINED)
