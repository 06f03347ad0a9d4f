"""The cashier: the page on which somebody pays what a shop's web page or app asks for.

``alipay.trade.page.pay`` and ``wap.pay`` are no calls of a server: the shop's page sends the
payer's browser to the gateway, which checks the signature, opens the order and leads on to this
page. It shows the order's code for a wallet to scan, a link into our own wallet, and in the demo
world two buttons that pay or decline as a demo payer. When the trade is paid the browser goes back
to ``return_url`` with signed parameters.

* ``pages``     what is shown at which address
* ``stands``    how an order stands, for a page
* ``returns``   what the browser brings back to the shop
* ``hand``      a demo payer's finger on those two buttons
"""

from __future__ import annotations

from ledger.faces.alipay.cashier.pages import PREFIX, Cashier

__all__ = ["PREFIX", "Cashier"]
