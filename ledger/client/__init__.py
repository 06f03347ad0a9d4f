"""The provider's SDK for tills and wallets: ask the native API, and believe only signed answers.

    client = SchemeClient(url, transport, key=key, ledger_keys=keys, clock=clock, entropy=entropy)
    view = client.call(native_api.GET_PAYMENT, payment_id=payment_id)

The client knows no operation by itself: ``ledger.protocol.native_api`` is the table of them, and
``call`` is typed by it. ``refusals`` turns a problem document back into the error it names.
"""

from __future__ import annotations

from ledger.client.scheme_client import SchemeClient

__all__ = ["SchemeClient"]
