"""A fair: tills of several shops, a crowd of payers, and the provider, made up for one measurement.

The first shop is the demo world's; each other one is registered with a till of its own, which is a
process of its own. The payers pay in the shops' currency, have plenty, and limits that let them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from ledger import config
from ledger.app import Ledger, create_app, ledger_of
from ledger.cli import services
from ledger.cli.checkout import DEMO_PIN, Service
from ledger.cli.services import Ports
from ledger.core.books import issuance
from ledger.core.parties import enrolment, register, standing
from ledger.core.ports import Books
from ledger.core.records.parties import Names, Payer, Terminal
from ledger.core.records.spending import OwnLimits
from ledger.kit.home import Home, RunningService
from ledger.kit.network.ports import free_port
from ledger.ops.seed import DROGERIE
from ledger.protocol.identifiers import Kind, PayerId
from ledger.protocol.money import Money

FUNDS_MINOR = 10**10
TERMINAL = "T01"
REASON = "a measurement"


@dataclass(frozen=True)
class Fair:
    """Where everybody is: the services' processes by name, and the names of wallets and shops."""

    provider: RunningService
    tills: list[RunningService]
    wallet: RunningService
    wallets: list[str]
    shops: list[str]

    def processes(self) -> dict[str, list[RunningService]]:
        """Give the processes of each party."""
        return {"ledger": [self.provider], "pos": self.tills, "wallet": [self.wallet]}


@contextmanager
def opened(home: Home, *, shops: int, payers: int, store: str) -> Iterator[Fair]:
    """Keep a fair open for the time of a block; ``store`` is the URL of the books, if no file."""
    ports = Ports(0, 0, 0).resolved()
    other_ports = [free_port() for _ in range(1, shops)]
    wallets = [f"payer-{number:03}" for number in range(payers)]
    _begin_books(home, ports, other_ports, wallets, store)
    with ExitStack() as stack:
        provider, till, wallet = services.start(home, ports, store)
        stack.callback(services.stop, [provider, till, wallet])
        others = [
            _other_till(home, number, port, provider)
            for number, port in enumerate(other_ports, start=2)
        ]
        stack.callback(services.stop, others)
        for name in wallets:
            Service(wallet.url).post(
                "/api/wallets", {"name": name, "token": _token(name), "pin": DEMO_PIN}
            )
        names = [DROGERIE.name, *(_shop_name(number) for number in range(2, shops + 1))]
        yield Fair(provider, [till, *others], wallet, wallets, names)


def _begin_books(
    home: Home, ports: Ports, other_ports: list[int], wallets: list[str], store: str
) -> None:
    settings = config.Settings(
        data_dir=home.part("ledger"),
        store=store,
        background=False,
        demo_notify_url=_notify_url(ports.pos),
    )
    ledger = ledger_of(create_app(settings))
    with ledger.store.transaction() as books:
        for number, port in enumerate(other_ports, start=2):
            _register_shop(ledger, books, number, port)
        for name in wallets:
            _register_payer(ledger, books, name)
    ledger.close()


def _register_shop(ledger: Ledger, books: Books, number: int, port: int) -> None:
    name = _shop_name(number)
    shop = replace(
        DROGERIE,
        merchant_id=_shop_id(number),
        name=name,
        names=Names(de=name, en=name, zh=name),
        notify_url=_notify_url(port),
    )
    register.register_merchant(books, merchant=shop)
    register.register_terminal(books, terminal=Terminal(shop.merchant_id, TERMINAL, name, name))
    enrolment.invite_terminal(
        books,
        token=_token(shop.merchant_id),
        merchant_id=shop.merchant_id,
        terminal_id=TERMINAL,
        now=ledger.provider.clock.now(),
    )


def _register_payer(ledger: Ledger, books: Books, name: str) -> None:
    provider = ledger.provider
    now, money = provider.clock.now(), DROGERIE.currency
    payer = Payer(
        payer_id=PayerId(provider.ids.new(Kind.PAYER, now)),
        display_name=name,
        currency=money,
        locale="en",
        pairwise_secret=provider.entropy(register.SECRET_BYTES),
    )
    register.register_payer(books, payer=payer)
    issuance.issue(
        books,
        payer_id=payer.payer_id,
        amount=Money(FUNDS_MINOR, money),
        reason=REASON,
        now=now,
        ids=provider.ids,
    )
    own = OwnLimits(payer.payer_id, FUNDS_MINOR, FUNDS_MINOR)
    standing.set_limits(books, limits=own, reason=REASON, now=now)
    enrolment.invite_device(books, token=_token(name), payer_id=payer.payer_id, now=now)


def _other_till(home: Home, number: int, port: int, provider: RunningService) -> RunningService:
    settings = {
        "QRPAY_POS_LEDGER_URL": provider.url,
        "QRPAY_POS_ENROLMENT_TOKEN": _token(_shop_id(number)),
        "QRPAY_POS_STICKERS": TERMINAL,
    }
    return services.start_another(Home(home.part(f"shop-{number}")), "pos", port, settings)


def _shop_id(number: int) -> str:
    return f"M2088STAND{number:05}"


def _shop_name(number: int) -> str:
    return f"Stand {chr(ord('A') + number // 26)}{chr(ord('A') + number % 26)}"


def _token(whose: str) -> str:
    return f"fair-{whose}"


def _notify_url(port: int) -> str:
    return f"http://{services.HOST}:{port}/notify"
