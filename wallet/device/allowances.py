"""How much a payer may pay without the PIN, as the provider said it, remembered for a minute.

The provider has two limits, for one payment and for a day, and only it knows all that was paid
without the PIN: payment codes are (``wallet.present``). So what it said is not believed any more
once a minute or the day (UTC) is over, and not remembered while a payment code of this wallet may
be in use. What it has not said, or not in that currency, needs the PIN.
"""

from __future__ import annotations

from ledger.client import SchemeClient
from ledger.protocol import native_api
from ledger.protocol.instants import DAY, MINUTE, Instant
from ledger.protocol.money import Money
from ledger.protocol.payment_code import WINDOW_MS
from ledger.protocol.records import record
from wallet.store import WalletStore

BELIEVED_MS = MINUTE
CODE_IN_USE_MS = 4 * WINDOW_MS
"""Longer than a payment code can be used after it was shown, clocks that differ included."""


@record(frozen=True, slots=True)
class _Said:
    at: Instant
    limit: Money
    left: Money


class Allowances:
    """What each wallet may pay without the PIN; safe to share between threads."""

    def __init__(self, store: WalletStore) -> None:
        self._store = store
        self._said: dict[str, _Said] = {}

    def needs_pin(self, wallet: str, client: SchemeClient, amount: Money, *, now: Instant) -> bool:
        """Say whether a payment needs the PIN; raises what ``SchemeClient.call`` raises."""
        said = self._said.get(wallet)
        if said is None or not _is_believed(said, now):
            payer = client.call(native_api.GET_ME)
            said = _Said(now, payer.no_pin_limit, payer.no_pin_left)
            if now - self._store.code_handles.last_shown_at(wallet) >= CODE_IN_USE_MS:
                self._said[wallet] = said
        return amount.currency != said.limit.currency or amount > min(said.limit, said.left)

    def forget(self, wallet: str) -> None:
        """Ask anew next time, since a payment code is shown."""
        self._said.pop(wallet, None)


def _is_believed(said: _Said, now: Instant) -> bool:
    return 0 <= now - said.at < BELIEVED_MS and now // DAY == said.at // DAY
