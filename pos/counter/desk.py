"""What everything that happens at the counter needs: one value, put together in ``pos.app``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ledger.kit.clock import Clock
from ledger.protocol.identifiers import IdSource
from ledger.protocol.signing import KeyDirectory
from pos.acquirers.port import Acquirer
from pos.counter.news.hints import Hints
from pos.keys import Identity
from pos.store import TillStore


@dataclass(frozen=True)
class Desk:
    """A till at work.

    ``provider_keys`` gives the keys by which the provider's signatures are checked, and
    ``refresh_keys`` looks whether there are newer ones. ``entropy`` gives random bytes. A code that
    is shown lives for ``payment_life_ms`` and leads a phone to ``wallet_url``. ``sticker_ids`` are
    the terminals whose static codes belong to this till. Days begin at midnight in ``time_zone``;
    ``fee_bps`` is the fee agreed with the provider in basis points, None if it is not checked.
    ``hints`` are what the provider's stream has said and nobody has looked at.
    """

    store: TillStore
    acquirer: Acquirer
    identity: Identity
    provider_keys: Callable[[], KeyDirectory]
    refresh_keys: Callable[[], None]
    clock: Clock
    ids: IdSource
    entropy: Callable[[int], bytes]
    wallet_url: str
    payment_life_ms: int
    sticker_ids: tuple[str, ...]
    time_zone: ZoneInfo
    fee_bps: int | None
    hints: Hints = field(default_factory=Hints)
