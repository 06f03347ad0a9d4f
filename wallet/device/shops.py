"""Shops as the provider registered them, remembered for some minutes: whom a screen names."""

from __future__ import annotations

from ledger.client import SchemeClient
from ledger.protocol import native_api
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import MerchantView
from wallet.device.knowledge import FRESH_MS


class Shops:
    """Registered shops by their id; safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Instant, MerchantView]] = {}

    def get(self, client: SchemeClient, merchant_id: str, *, now: Instant) -> MerchantView:
        """Give a shop as registered; raises what ``SchemeClient.call`` raises."""
        known = self._known.get(merchant_id)
        if known is not None and 0 <= now - known[0] < FRESH_MS:
            return known[1]
        shop = client.call(native_api.GET_MERCHANT, merchant_id=merchant_id)
        self._known[merchant_id] = now, shop
        return shop

    def forget(self, merchant_id: str) -> None:
        """Ask anew next time: it may have been registered anew."""
        self._known.pop(merchant_id, None)
