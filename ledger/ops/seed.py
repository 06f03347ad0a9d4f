"""The demo world: two shops, three tills, five people with play money. Nothing in it is real.

Merchant ids begin with ``2088DEMO`` behind an ``M``, which no provider gives out; the tokens are
published here on purpose and open a sandbox only. Seeding books that hold the first shop already
does nothing, so it can run at every start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.core.books import issuance
from ledger.core.parties import enrolment, fee_terms, guests, register
from ledger.core.parties.register import SECRET_BYTES
from ledger.core.ports import Books
from ledger.core.records.parties import FeeTerms, Merchant, Names, Payer, Terminal
from ledger.core.records.settlement import Calendar, SettlementTerms
from ledger.core.settlement import terms
from ledger.core.settlement.business_days import calendar_day
from ledger.protocol.identifiers import IdSource, Kind, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.money import currency, parse_decimal

PLAY_MONEY = "play money for the demo"


@dataclass(frozen=True)
class DemoPayer:
    """A person with a wallet: currency, balance as people write it, the wallet's token."""

    display_name: str
    locale: str
    currency: str
    balance: str
    token: str


@dataclass(frozen=True)
class DemoTill:
    """A terminal, and the token that enrols its key."""

    terminal: Terminal
    token: str


DROGERIE = Merchant(
    merchant_id="M2088DEMO000001",
    name="Demo Drogerie",
    names=Names(de="Demo Drogerie", en="Demo Drugstore", zh="演示药妆店"),
    city="Berlin",
    country="DE",
    mcc="5912",
    postal_code="10115",
    currency=currency("EUR"),
)

KIOSK = Merchant(
    merchant_id="M2088DEMO000002",
    name="Kiosk am Kanal",
    names=Names(de="Kiosk am Kanal", en="Canalside Kiosk", zh="运河小卖部"),
    city="Berlin",
    country="DE",
    mcc="5994",
    postal_code="10999",
    currency=currency("EUR"),
)

FEES_BPS = {DROGERIE.merchant_id: 60, KIOSK.merchant_id: 38}
"""What the shops pay for a sale: 0.60 % and 0.38 %, near what Alipay and WeChat Pay ask."""

TILLS = (
    DemoTill(Terminal(DROGERIE.merchant_id, "T01", "Kasse 1", "Berlin Mitte"), "demo-till-T01"),
    DemoTill(Terminal(DROGERIE.merchant_id, "T02", "Kasse 2", "Berlin Mitte"), "demo-till-T02"),
    DemoTill(Terminal(KIOSK.merchant_id, "T01", "Kiosk", "Am Kanal"), "demo-kiosk-T01"),
)


@dataclass(frozen=True)
class DemoPass:
    """A guest pass: what a guest begins with, and the token that a wallet service shows."""

    currency: str
    amount: str
    token: str


STORIES_TOKEN = "demo-stories"  # noqa: S105 (published: it opens the sandbox only)
STORIES_TERMINAL = TILLS[1].terminal
"""By this token the till of ``ledger.scenarios`` works beside a developer's own."""

GUESTS_MOST = 10_000
GUEST_PASSES = (
    DemoPass("EUR", "100.00", "demo-guests-EUR"),
    DemoPass("CNY", "800.00", "demo-guests-CNY"),
)
"""Strangers who open a code of the demo shop with their own telephone get this much play money."""

PAYERS = (
    DemoPayer("Li Wei", "zh-CN", "CNY", "5000.00", "demo-wallet-li-wei"),
    DemoPayer("Anna", "de", "EUR", "200.00", "demo-wallet-anna"),
    DemoPayer("Chen Jing", "zh-CN", "CNY", "80.00", "demo-wallet-chen-jing"),
    DemoPayer("Yuki", "en", "JPY", "30000", "demo-wallet-yuki"),
    DemoPayer("Omar", "en", "BHD", "50.000", "demo-wallet-omar"),
)

HANDS = {each.display_name: f"{each.token}-at-the-cashier" for each in PAYERS}
"""By these tokens a page for trying things agrees as a demo payer, each a device of its own."""


SETTLEMENT = {
    DROGERIE.merchant_id: "Europe/Berlin",
    KIOSK.merchant_id: "Europe/Berlin",
}
"""The time zone of each shop; their days end at midnight and are paid on the next working day."""


def seed(
    books: Books,
    *,
    notify_url: str,
    now: Instant,
    ids: IdSource,
    entropy: Callable[[int], bytes],
) -> bool:
    """Let the demo world into these books; False when it lives there already.

    ``notify_url`` is where the first shop's till listens.
    """
    if books.directory.merchant(DROGERIE.merchant_id) is not None:
        return False
    register.register_merchant(books, merchant=replace(DROGERIE, notify_url=notify_url))
    register.register_merchant(books, merchant=KIOSK)
    for merchant_id, bps in FEES_BPS.items():
        fee_terms.agree(books, terms=FeeTerms(merchant_id, now, bps), now=now)
    for merchant_id, time_zone in SETTLEMENT.items():
        _agree_settlement(books, merchant_id, time_zone, now)
    for till in TILLS:
        _let_till_in(books, till, now)
    for payer in PAYERS:
        _let_payer_in(books, payer, now=now, ids=ids, entropy=entropy)
    return True


def open_to_guests(books: Books, *, now: Instant) -> None:
    """Give out the demo's guest passes; those that are out already stay as they are."""
    for each in GUEST_PASSES:
        guests.give_out(
            books,
            token=each.token,
            amount=parse_decimal(each.amount, currency(each.currency)),
            guests_most=GUESTS_MOST,
            now=now,
        )


def invite_hands(books: Books, *, now: Instant) -> None:
    """Let pages for trying things be devices of the demo payers; again does nothing."""
    for each in PAYERS:
        payer_id = enrolment.invited_payer(books, token=each.token)
        token = HANDS[each.display_name]
        if payer_id is not None and not enrolment.is_known(books, token=token):
            enrolment.invite_device(books, token=token, payer_id=payer_id, now=now)


def let_stories_in(books: Books, *, now: Instant) -> None:
    """Let the till of stories enrol; again does nothing."""
    if not enrolment.is_known(books, token=STORIES_TOKEN):
        enrolment.invite_terminal(
            books,
            token=STORIES_TOKEN,
            merchant_id=STORIES_TERMINAL.merchant_id,
            terminal_id=STORIES_TERMINAL.terminal_id,
            now=now,
        )


def _agree_settlement(books: Books, merchant_id: str, time_zone: str, now: Instant) -> None:
    agreed = SettlementTerms(
        merchant_id=merchant_id,
        time_zone=time_zone,
        cut_off_minute=0,
        calendar=Calendar.TARGET2,
        delay_days=1,
        begins_on=calendar_day(time_zone, now),
    )
    terms.agree(books, terms=agreed)


def _let_till_in(books: Books, till: DemoTill, now: Instant) -> None:
    terminal = register.register_terminal(books, terminal=till.terminal)
    enrolment.invite_terminal(
        books,
        token=till.token,
        merchant_id=terminal.merchant_id,
        terminal_id=terminal.terminal_id,
        now=now,
    )


def _let_payer_in(
    books: Books,
    wanted: DemoPayer,
    *,
    now: Instant,
    ids: IdSource,
    entropy: Callable[[int], bytes],
) -> None:
    money = currency(wanted.currency)
    payer = register.register_payer(
        books,
        payer=Payer(
            payer_id=PayerId(ids.new(Kind.PAYER, now)),
            display_name=wanted.display_name,
            currency=money,
            locale=wanted.locale,
            pairwise_secret=entropy(SECRET_BYTES),
        ),
    )
    issuance.issue(
        books,
        payer_id=payer.payer_id,
        amount=parse_decimal(wanted.balance, money),
        reason=PLAY_MONEY,
        now=now,
        ids=ids,
    )
    enrolment.invite_device(books, token=wanted.token, payer_id=payer.payer_id, now=now)
