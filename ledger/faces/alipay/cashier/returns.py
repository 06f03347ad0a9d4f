"""What a browser brings back to the shop: where to, and signed parameters about the trade.

The parameters are signed as a notification is, without ``sign`` and ``sign_type``, and SDKs check
them with the same function. A browser may lose them on the way or bring them twice, so a shop
believes its notification, or asks. What the shop's own address carries after ``?`` stays there and
is not signed; production asks shops to have nothing there.

Source: opendocs.alipay.com, ``alipay.trade.page.pay``, "synchronous return parameters".
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from ledger.core.vendors.orders import Opened
from ledger.faces.alipay import numbers
from ledger.faces.alipay.apps import Platform
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.parameters import SIGN, notice_text
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant
from ledger.protocol.money import to_decimal


def address(base: str, parameters: dict[str, str]) -> str:
    """Give the shop's address with parameters added.

    >>> address("http://shop/back?a=1#top", {"total_amount": "9.00"})
    'http://shop/back?a=1&total_amount=9.00#top'
    """
    parts = urlsplit(base)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return urlunsplit(parts._replace(query=query))


def signed(opened: Opened, platform: Platform, method: str, now: Instant) -> dict[str, str]:
    """Give the parameters that tell of a paid trade; ``method`` is the call that began it."""
    order, payment = opened.order, opened.payment
    said = {
        "charset": "utf-8",
        "out_trade_no": order.out_no,
        "method": f"{method}.return",
        "total_amount": to_decimal(payment.amount),
        "trade_no": order.vendor_no,
        "auth_app_id": order.account_id,
        "version": "1.0",
        "app_id": order.account_id,
        "sign_type": "RSA2",
        "seller_id": numbers.seller_id(payment.merchant_id),
        "timestamp": to_beijing(now),
    }
    return {**said, SIGN: keys.sign(platform.key, notice_text(said).encode())}
