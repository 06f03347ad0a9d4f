"""The face that speaks Antom's in-store API (Alipay+ "AMS"), for shops outside of China.

    POST /ams/api/v1/payments/{pay, inquiryPayment, cancel, refund, inquiryRefund}
    POST /ams/sandbox/api/v1/…      the same, for client ids that begin with SANDBOX_

A till pays by the payer's payment code, by an order code that the payer scans, or by an entry code
that leads there; the price is in the shop's currency and the wallet's may be another. Reading
order:

* ``results``: result codes, and which of our refusals is told as which;
* ``fields``: what calls carry;
* ``desk``: one call from its bytes to its signed answer;
* ``payments``, ``refunds``: the five calls;
* ``mapping``: from the books' records to what is answered and told;
* ``announcer``: ``notifyPayment``.
"""

from __future__ import annotations

from ledger.faces.antom.routes import face

__all__ = ["face"]
