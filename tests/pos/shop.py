"""A till at work with a provider in miniature, one clock and the same randomness every time."""

from __future__ import annotations

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import MEMORY, open_store
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import MINUTE, SECOND, Instant
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import MerchantView, TerminalView
from ledger.protocol.signing import Algorithm, PrivateKey
from pos.closing.business_day import time_zone
from pos.counter import sales
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.goods.basket import Basket
from pos.keys import Identity
from pos.store import TillStore
from pos.till import Sale
from tests.pos.provider import MERCHANT_ID, MiniProvider, provider_keys

START = Instant(1_795_300_180_000)
EUR = currency("EUR")
BERLIN = time_zone("Europe/Berlin")
PRICE = Money(1295, EUR)
PAYMENT_CODE = "994830117265279893"
TILL_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"t" * 32)

IDENTITY = Identity(
    key=TILL_KEY,
    key_id=TILL_KEY.public.key_id,
    merchant=MerchantView(
        merchant_id=MERCHANT_ID,
        name="Demo Drogerie",
        names={"de": "Demo Drogerie", "en": "Demo Drugstore", "zh": "演示药妆店"},
        city="Berlin",
        country="DE",
        postal_code="10115",
        mcc="5912",
        currency="EUR",
    ),
    terminal=TerminalView(terminal_id="T01", label="Kasse 1", store_label="Berlin Mitte"),
)


def new_provider(clock: SettableClock) -> MiniProvider:
    return MiniProvider(clock, IdSource(SeededEntropy("provider")))


def new_desk(provider: MiniProvider, store: TillStore | None = None, seed: str = "till") -> Desk:
    """Set up a till, with an empty store unless one is given; ``seed`` is its randomness."""
    entropy = SeededEntropy(seed)
    return Desk(
        store=store or TillStore(open_store(MEMORY, package="pos.store")),
        acquirer=provider,
        identity=IDENTITY,
        provider_keys=provider_keys,
        refresh_keys=lambda: None,
        clock=provider.clock,
        ids=IdSource(entropy),
        entropy=entropy,
        wallet_url="http://127.0.0.1:8402",
        payment_life_ms=3 * MINUTE,
        sticker_ids=("T02",),
        time_zone=BERLIN,
        fee_bps=None,
    )


def open_sale(desk: Desk, amount: Money = PRICE) -> Sale:
    return sales.ring_up(desk, Basket.of_amount(amount))


def let_pass(desk: Desk, clock: SettableClock, milliseconds: int) -> None:
    """Let time pass second by second, with the resolver at work."""
    resolver = Resolver(desk)
    for _ in range(milliseconds // SECOND):
        clock.advance(SECOND)
        resolver.take_round()
