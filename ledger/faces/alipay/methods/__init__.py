"""What each method of the open platform does here; ``METHODS`` is the table of them."""

from __future__ import annotations

from ledger.faces.alipay import wording
from ledger.faces.alipay.calls.call import Method
from ledger.faces.alipay.methods import bills, outcomes, pages, refunds, trades, trust

_REFUND_FAILED = {"refund_fee": "0.00", "send_back_fee": "0.00"}

METHODS = {
    method.name: method
    for method in (
        Method("alipay.trade.precreate", trades.precreate),
        Method("alipay.trade.pay", trades.pay, failed=wording.nothing_paid()),
        Method("alipay.trade.create", trades.create),
        Method("alipay.trade.page.pay", pages.page_pay, rest="", is_page=True),
        Method("alipay.trade.wap.pay", pages.wap_pay, rest="", is_page=True),
        Method("alipay.trade.app.pay", pages.app_pay, rest=""),
        Method(
            "alipay.trade.query",
            outcomes.query,
            changes=False,
            rest="GET",
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
        Method("alipay.open.app.alipaycert.download", trust.download, changes=False),
    )
}
