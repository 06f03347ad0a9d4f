"""Everything that can happen at a till happens once, on tapped wires, to payers made up for it.

A provider, a till, a wallet service and the till of another shop run as processes of their own in a
folder that is thrown away. Two payers scan, show codes, pay at a sticker and by link, decline, get
money back with a reason, look at their history and have their data exported.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledger import config
from ledger.app import Ledger, create_app, ledger_of
from ledger.cli import TimedOut, services
from ledger.cli.checkout import Document, Phone, Service, Till
from ledger.cli.privacy import facts
from ledger.cli.privacy.facts import GOODS, KIOSK_GOODS, Fact, Known, Shopper
from ledger.cli.services import Lines, Ports
from ledger.core.books import issuance
from ledger.core.parties import enrolment, register
from ledger.core.records.parties import Payer
from ledger.kit.entropy import SystemEntropy
from ledger.kit.home import Home
from ledger.kit.network.ports import free_port
from ledger.kit.wire_tap import WireTap
from ledger.ops.seed import TILLS
from ledger.protocol.identifiers import Kind, PayerId
from ledger.protocol.money import Money
from ledger.store import open_reader

FUNDS_MINOR = 100_000
CODE_MINOR, STICKER_MINOR, REFUND_MINOR, LINK_MINOR = 450, 320, 95, 700
_TOLD_WITHIN_S = 60.0
_POLL_S = 0.05


@dataclass(frozen=True)
class Played:
    """What is left when all is over: the facts, and the places where they could stand."""

    facts: list[Fact]
    places: dict[str, bytes]


@dataclass
class Gathered:
    """What the flows bring to light, as they go."""

    reason: str
    salts: list[bytes] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    goods: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)

    def keep(self, till: Till, sale: Document) -> None:
        """Take down what the till shows of a paid sale, and the paper it gives the payer."""
        shown = till.service.get(f"/api/sales/{sale['sale_id']}/receipts?lang=de")
        self.papers.append(shown["paper"])
        self.salts.append(bytes.fromhex(shown["basket_salt"]))
        self.hashes.append(shown["basket_hash"])
        self.numbers.append(sale["collection"]["merchant_order_no"])
        for line in sale["lines"]:
            self.goods += [line["sku"], *line["name"].values()]

    def known(self) -> Known:
        """Give all of it."""
        return Known(
            reason=self.reason,
            goods=tuple(self.goods),
            salts=tuple(self.salts),
            hashes=tuple(self.hashes),
            payment_codes=tuple(self.codes),
            order_numbers=tuple(self.numbers),
        )


def play() -> Played:
    """Let it all happen; gives what is left in stores, logs and wires."""
    entropy = SystemEntropy()
    people = facts.shoppers(entropy)
    gathered = Gathered(f"canary {facts.word(entropy)}")
    with tempfile.TemporaryDirectory(prefix="qrpay-privacy-") as folder:
        world = Home(Path(folder) / "all"), Home(Path(folder) / "other shop")
        with _wires() as (wires, ports, lines):
            _begin_books(world[0], lines, people)
            with (
                services.running(world[0], ports, lines=lines) as urls,
                _kiosk(world[1], wires) as kiosk,
            ):
                _act(urls, kiosk, people, gathered, wires)
                running = _files(*world)
            stopped = _files(*world)
        books = open_reader(config.Settings(world[0].part("ledger")).books_path)
        with books.reading() as view:
            followed = facts.facts(view, people, gathered.known())
        books.close()
    places = {place: running[place] + stopped[place] for place in running}
    heard = {f"wire {name}": wire.heard() for name, wire in wires.items()}
    papers = "\n".join(gathered.papers).encode()
    return Played(followed, {**places, **heard, "receipt on paper": papers})


@contextmanager
def _wires() -> Iterator[tuple[dict[str, WireTap], Ports, Lines]]:
    """Put a tap between each two parties that talk."""
    ports = Ports(0, 0, 0).resolved()
    with ExitStack() as stack:
        wires = {
            name: stack.enter_context(WireTap(port))
            for name, port in {
                "till to provider": ports.ledger,
                "wallet to provider": ports.ledger,
                "provider to till": ports.pos,
                "other shop to provider": ports.ledger,
            }.items()
        }
        lines = Lines(
            pos_to_ledger=wires["till to provider"].url,
            wallet_to_ledger=wires["wallet to provider"].url,
            ledger_to_pos=wires["provider to till"].url,
        )
        yield wires, ports, lines


@contextmanager
def _kiosk(home: Home, wires: dict[str, WireTap]) -> Iterator[str]:
    """Keep the till of the other shop up for the time of a block; gives its address."""
    settings = {
        "QRPAY_POS_LEDGER_URL": wires["other shop to provider"].url,
        "QRPAY_POS_ENROLMENT_TOKEN": TILLS[2].token,
        "QRPAY_POS_STICKERS": TILLS[2].terminal.terminal_id,
    }
    service = services.start_another(home, "pos", free_port(), settings)
    try:
        yield service.url
    finally:
        services.stop([service])


def _begin_books(home: Home, lines: Lines, people: tuple[Shopper, ...]) -> None:
    """Begin the provider's books with the demo world, and register the made-up payers."""
    settings = config.Settings(
        data_dir=home.part("ledger"),
        background=False,
        demo_notify_url=f"{lines.ledger_to_pos}/notify",
    )
    ledger = ledger_of(create_app(settings))
    for person in people:
        _register(ledger, person)
    ledger.close()


def _register(ledger: Ledger, person: Shopper) -> None:
    provider = ledger.provider
    now = provider.clock.now()
    payer_id = PayerId(provider.ids.new(Kind.PAYER, now))
    payer = Payer(
        payer_id, person.display_name, person.currency, person.locale, provider.entropy(32)
    )
    with provider.store.transaction() as books:
        register.register_payer(books, payer=payer)
        enrolment.invite_device(books, token=person.token, payer_id=payer_id, now=now)
        issuance.issue(
            books,
            payer_id=payer_id,
            amount=Money(FUNDS_MINOR, person.currency),
            reason="play money",
            now=now,
            ids=provider.ids,
        )


def _act(
    urls: dict[str, str],
    kiosk_url: str,
    people: tuple[Shopper, Shopper],
    gathered: Gathered,
    wires: dict[str, WireTap],
) -> None:
    till, kiosk = Till(Service(urls["pos"])), Till(Service(kiosk_url))
    wallet = Service(urls["wallet"])
    for person in people:
        enrol = {"name": person.wallet, "token": person.token, "pin": person.pin}
        wallet.post("/api/wallets", enrol)
    first, second = (Phone(wallet, person.wallet) for person in people)
    scanned = _scan(till, first, people[0], lines=_lines(GOODS))
    refund = till.refund(scanned, REFUND_MINOR, reason=gathered.reason)
    by_code = _show(till, first, gathered)
    by_link = _scan(till, second, people[1], "L", amount_minor=LINK_MINOR)
    at_sticker = _stick(till, second, people[1])
    _scan(kiosk, first, people[0], lines=_lines(KIOSK_GOODS))
    _decline(till, second)
    for sale in (scanned, by_code, by_link, at_sticker):
        gathered.keep(till, sale)
    for person in people:
        wallet.get(f"/api/wallets/{person.wallet}/history")
        wallet.get(f"/api/wallets/{person.wallet}/export")
    _wait_until(
        "the till was not told of the refund",
        lambda: refund["refund_id"].encode() in wires["provider to till"].heard(),
    )


def _lines(goods: dict[str, int]) -> list[dict[str, object]]:
    return [{"sku": sku, "quantity": count} for sku, count in goods.items()]


def _scan(
    till: Till, phone: Phone, person: Shopper, profile: str = "S", **basket: object
) -> Document:
    sale = till.ring_up(**basket)
    text, _ = till.show_code(sale, profile)
    phone.approve(phone.scan_text(text)["review"], person.pin)
    return till.wait_until_settled(sale)


def _show(till: Till, phone: Phone, gathered: Gathered) -> Document:
    sale = till.ring_up(amount_minor=CODE_MINOR)
    digits = phone.payment_code()
    gathered.codes.append(digits)
    till.read_code(sale, digits)
    return till.wait_until_settled(sale)


def _stick(till: Till, phone: Phone, person: Shopper) -> Document:
    text, _ = till.sticker()
    scanned = phone.scan_text(text, amount_minor=STICKER_MINOR)
    paid = phone.approve(scanned["review"], person.pin)
    return till.wait_for_sticker_sale(paid["payment_id"])


def _decline(till: Till, phone: Phone) -> None:
    text, _ = till.show_code(till.ring_up(amount_minor=CODE_MINOR))
    review = phone.scan_text(text)["review"]
    phone.service.post(f"/api/wallets/{phone.name}/reviews/{review['review_id']}/decline", {})


def _wait_until(otherwise: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _TOLD_WITHIN_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimedOut(otherwise)
        time.sleep(_POLL_S)


def _files(home: Home, other: Home) -> dict[str, bytes]:
    """Read every file of every party: stores with logs and free pages, keys, what was said."""
    said = home.part("logs")
    return {
        "wallet's files": _bytes_in(home.part("wallet")),
        "wallet's log": (said / "wallet.log").read_bytes(),
        "till's files": _bytes_in(home.part("pos")),
        "till's log": (said / "pos.log").read_bytes(),
        "provider's files": _bytes_in(home.part("ledger")),
        "provider's log": (said / "ledger.log").read_bytes(),
        "other shop's files and log": _bytes_in(other.folder),
    }


def _bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
