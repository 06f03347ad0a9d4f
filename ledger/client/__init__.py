"""The provider's SDK for tills and wallets: ask the native API, and believe only signed answers.

    client = SchemeClient(url, HttpTransport(), key=key, ledger_keys=lambda: directory,
                          clock=SystemClock(), entropy=SystemEntropy())
    view = client.call(native_api.GET_PAYMENT, payment_id=payment_id)
    result = client.call(native_api.CREATE_PAYMENT, CreatePayment(request=...),
                         idempotency_key="request-01M803NG4V...")

The client knows no operation by itself: ``ledger.protocol.native_api`` is the table of them, and
``call`` is typed by it, what is sent as well as what comes back. ``refusals`` turns a problem
document back into the error it names.
"""

from __future__ import annotations

from ledger.client.scheme_client import SchemeClient

__all__ = ["SchemeClient"]
