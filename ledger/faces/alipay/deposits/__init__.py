"""Deposits: ``alipay.fund.auth.*``, and ``alipay.trade.pay`` with an ``auth_no``.

A deposit (``auth_no``, ``out_order_no``) is frozen by a code that the payer scans, a payment code
or an app, and then taken in parts, each a trade of its own, or unfrozen in parts. In the books it
is money held (``ledger.core.checkout.deposits``). Refusals of ``fund.auth`` have bare codes,
without ``ACQ.``.

* ``refused``    the bare codes
* ``ledgers``    one deposit as its order's facts keep it: what was done, what is held now
* ``freezing``   how a deposit begins
* ``ending``     unfreezing it, cancelling an operation, asking after one
* ``paying``     taking a part by ``alipay.trade.pay``
* ``notices``    what a merchant is told
"""
