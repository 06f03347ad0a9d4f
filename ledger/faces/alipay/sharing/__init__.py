"""Shares (分账): ``alipay.trade.order.settle`` and what belongs to it.

A seller binds receivers, other merchants of these books, and gives them parts of a paid trade; with
a refund they give parts back. In the books a share is one entry between merchants
(``ledger.core.sharing``).

* ``receivers``    who may receive: bound, unbound, listed
* ``royalties``    a trade is shared, and receivers give back
* ``settle_info``  what was shared of a trade, in a query of the trade
* ``settlements``  asking after one settlement, and after what is left to share
"""
