"""What each method of the open platform does here; ``METHODS`` is the table of them."""

from __future__ import annotations

from ledger.faces.alipay import wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Method, Outcome
from ledger.faces.alipay.deposits import ending, freezing, paying
from ledger.faces.alipay.deposits.refused import bare
from ledger.faces.alipay.methods import (
    bills,
    outcomes,
    pages,
    refunds,
    trades,
    trust,
)
from ledger.faces.alipay.sharing import receivers, royalties, settlements

_REFUND_FAILED = {"refund_fee": "0.00", "send_back_fee": "0.00"}
_FUND = "alipay.fund.auth"
_ROYALTY = "alipay.trade.royalty.relation"


def _pay(call: Call) -> Outcome:
    """Collect from the payer whose code was scanned, or take a part of a deposit."""
    if call.content.text("auth_no", NO_LENGTH):
        return paying.pay(call)
    return trades.pay(call)


METHODS = {
    method.name: method
    for method in (
        Method("alipay.trade.precreate", trades.precreate),
        Method("alipay.trade.pay", _pay, takes_code=True, failed=wording.nothing_paid()),
        Method("alipay.trade.create", trades.create),
        Method("alipay.trade.page.pay", pages.page_pay, rest="", is_page=True),
        Method("alipay.trade.wap.pay", pages.wap_pay, rest="", is_page=True),
        Method("alipay.trade.app.pay", pages.app_pay, rest=""),
        Method(
            "alipay.trade.query",
            outcomes.query,
            changes=False,
            rest="GET",
            rest_too="POST",
            failed=wording.nothing_paid(),
        ),
        Method("alipay.trade.cancel", outcomes.cancel),
        Method("alipay.trade.close", outcomes.close),
        Method(
            "alipay.trade.refund",
            refunds.refund,
            failed=_REFUND_FAILED,
        ),
        Method("alipay.trade.fastpay.refund.query", refunds.query_refund, changes=False),
        Method(
            "alipay.data.dataservice.bill.downloadurl.query",
            bills.download_url,
            changes=False,
            rest="GET",
        ),
        Method("alipay.trade.order.settle", royalties.settle),
        Method("alipay.trade.order.settle.query", settlements.query, changes=False, rest="GET"),
        Method(
            "alipay.trade.order.onsettle.query", settlements.unsettled, changes=False, rest="GET"
        ),
        Method("alipay.trade.royalty.rate.query", settlements.ratio, changes=False, rest="GET"),
        Method(f"{_ROYALTY}.bind", receivers.bind),
        Method(f"{_ROYALTY}.unbind", receivers.unbind),
        Method(f"{_ROYALTY}.batchquery", receivers.query, changes=False),
        Method(f"{_FUND}.order.voucher.create", freezing.create_voucher, told=bare),
        Method(f"{_FUND}.order.freeze", freezing.freeze, takes_code=True, told=bare),
        Method(f"{_FUND}.order.app.freeze", freezing.freeze_in_app, rest="", told=bare),
        Method(f"{_FUND}.order.unfreeze", ending.unfreeze, told=bare),
        Method(f"{_FUND}.operation.detail.query", ending.query_operation, changes=False, told=bare),
        Method(f"{_FUND}.operation.cancel", ending.cancel_operation, told=bare),
        Method("alipay.open.app.alipaycert.download", trust.download, changes=False),
    )
}
