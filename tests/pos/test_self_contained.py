"""A code that needs no call: one request to the till, nothing to the provider, and a known end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ledger.kit.clock import SettableClock
from ledger.protocol import messages
from ledger.protocol.identifiers import PaymentId, body_of
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.merchant_qr import profile_s
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.signing import KeyDirectory, merchant_owner
from pos.app import till_of
from pos.counter import notifications, sales, self_contained
from pos.counter.desk import Desk
from pos.goods.basket import Basket
from pos.till import SaleState
from tests.faces.native.test_scans import bring, scanned
from tests.pos.api import code_of, collect, everything, open_sale, post, seen
from tests.pos.provider import PROVIDER_KEY, MiniProvider, lose_calls, record
from tests.pos.shop import PRICE, TILL_KEY, let_pass
from tests.pos.with_ledger import Checkout

ALONE = {"mode": "show", "self_contained": True}
AT_ONCE = {"amount_minor": PRICE.minor_units, "collect": ALONE}


def payment_of(desk: Desk, sale_id: str) -> PaymentId:
    return desk.store.attempts.of_sale(sale_id)[0].payment_id


def scan(desk: Desk, provider: MiniProvider, sale_id: str) -> PaymentId:
    """Let somebody scan the code and pay: the provider hears of it for the first time."""
    attempt = desk.store.attempts.of_sale(sale_id)[0]
    provider.open_by_code(attempt)
    provider.pay(attempt.payment_id)
    return attempt.payment_id


def tell(desk: Desk, provider: MiniProvider, payment_id: PaymentId) -> None:
    told = provider.notification(provider.payments[payment_id], NotificationEvent.PAYMENT_PAID)
    receipt = provider.kept[payment_id][-1]
    notifications.receive(desk, messages.seal(told, PROVIDER_KEY), receipt)


def test_one_request_rings_up_and_shows_the_code_without_any_call(
    client: FlaskClient, provider: MiniProvider
) -> None:
    sale = open_sale(client, AT_ONCE)
    collection = sale["collection"]
    assert (sale["state"], collection["phase"]) == ("COLLECTING", "WAITING")
    assert (collection["mode"], collection["profile"]) == ("self_contained", "S")
    assert collection["merchant_order_no"] == body_of(PaymentId(collection["payment_id"]))
    assert seen(client, sale) == sale
    assert provider.calls == []


def test_a_wallet_can_verify_the_code_and_reads_the_price(
    client: FlaskClient, desk: Desk, clock: SettableClock
) -> None:
    collection = open_sale(client, AT_ONCE)["collection"]
    keys = KeyDirectory([record(TILL_KEY, merchant_owner(desk.identity.merchant.merchant_id))])
    code = profile_s.verify(collection["code"], keys, now=clock.now())
    assert code.amount == PRICE
    assert f"pay_{code.request_id}" == collection["payment_id"]
    assert code.terminal_label == "T01"


def test_a_sale_that_is_open_can_be_collected_so_as_well(
    client: FlaskClient, provider: MiniProvider
) -> None:
    sale = collect(client, open_sale(client), **ALONE)
    assert (sale["state"], sale["collection"]["phase"]) == ("COLLECTING", "WAITING")
    assert sale["collection"]["code"]
    assert provider.calls == []
    twice = post(client, f"/api/sales/{sale['sale_id']}/collect", ALONE)
    assert code_of(twice) == (409, "SALE_STATE")


@pytest.mark.parametrize(
    "body",
    [
        {"amount_minor": 1, "collect": {"mode": "show"}},
        {"amount_minor": 1, "collect": {"mode": "show", "self_contained": False}},
        {"amount_minor": 1, "collect": {"mode": "show", "self_contained": "yes"}},
        {"amount_minor": 1, "collect": {**ALONE, "profile": "L"}},
        {"amount_minor": 1, "collect": {**ALONE, "profile": "T"}},
        {"amount_minor": 1, "collect": {**ALONE, "payment_code": "994830117265279893"}},
        {"amount_minor": 1, "collect": {"mode": "read", "self_contained": True}},
        {"amount_minor": 1, "collect": {"mode": "read", "payment_code": "994830117265279893"}},
        {"amount_minor": 1, "collect": {"mode": "self_contained"}},
        {"amount_minor": 1, "collect": None},
        {"amount_minor": 1, "intent": "deposit", "collect": ALONE},
    ],
)
def test_what_takes_a_call_is_not_shown_at_once(
    client: FlaskClient, desk: Desk, body: dict[str, object]
) -> None:
    assert code_of(post(client, "/api/sales", body)) == (400, "FIELD_FORMAT")
    assert desk.store.sales.latest(9) == []


@pytest.mark.parametrize(
    "how",
    [
        {**ALONE, "profile": "L"},
        {"mode": "read", "payment_code": "994830117265279893", "self_contained": True},
    ],
)
def test_a_self_contained_code_is_a_signed_code_that_is_shown(
    client: FlaskClient, desk: Desk, how: dict[str, object]
) -> None:
    sale = open_sale(client)
    before = everything(desk)
    refused = post(client, f"/api/sales/{sale['sale_id']}/collect", how)
    assert code_of(refused) == (400, "FIELD_FORMAT")
    assert everything(desk) == before


def test_a_deposit_has_to_be_requested_first(client: FlaskClient, desk: Desk) -> None:
    sale = open_sale(client, {"amount_minor": 5_000, "intent": "deposit"})
    before = everything(desk)
    refused = post(client, f"/api/sales/{sale['sale_id']}/collect", ALONE)
    assert code_of(refused) == (409, "SALE_STATE")
    assert everything(desk) == before


def test_who_pays_is_told_and_nobody_had_to_ask(desk: Desk, provider: MiniProvider) -> None:
    sale, _ = self_contained.sell(desk, Basket.of_amount(PRICE))
    tell(desk, provider, scan(desk, provider, sale.sale_id))
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
    assert provider.calls == []
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 1


def test_when_the_notification_is_lost_the_till_asks(desk: Desk, provider: MiniProvider) -> None:
    sale, _ = self_contained.sell(desk, Basket.of_amount(PRICE))
    scan(desk, provider, sale.sale_id)
    let_pass(desk, provider.clock, 9 * SECOND)
    assert provider.calls == []
    let_pass(desk, provider.clock, 2 * SECOND)
    assert provider.calls == ["query"]
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID


def test_not_found_means_that_nobody_has_scanned_yet(desk: Desk, provider: MiniProvider) -> None:
    sale, attempt = self_contained.sell(desk, Basket.of_amount(PRICE))
    let_pass(desk, provider.clock, 2 * MINUTE)
    assert set(provider.calls) == {"query"}
    assert desk.store.attempts.of_sale(sale.sale_id)[0].shown_code == attempt.code
    scan(desk, provider, sale.sale_id)
    let_pass(desk, provider.clock, 10 * SECOND)
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID


def test_when_its_time_is_over_the_id_is_reversed_so_that_nobody_can_pay_it(
    desk: Desk, provider: MiniProvider
) -> None:
    sale, attempt = self_contained.sell(desk, Basket.of_amount(PRICE))
    let_pass(desk, provider.clock, 3 * MINUTE + 59 * SECOND)
    assert provider.payments == {}
    let_pass(desk, provider.clock, 2 * SECOND)
    assert provider.payments[attempt.payment_id].state is PaymentState.REVERSED
    ended = desk.store.attempts.of_sale(sale.sale_id)[0]
    assert (ended.collection.phase, ended.collection.reason) == ("REVERSED", "TIMED_OUT")
    assert desk.store.sales.get(sale.sale_id).state is SaleState.OPEN


def test_a_line_that_is_down_keeps_the_outcome_open_until_it_is_back(
    desk: Desk, provider: MiniProvider
) -> None:
    provider.network = lose_calls
    sale, attempt = self_contained.sell(desk, Basket.of_amount(PRICE))
    let_pass(desk, provider.clock, 6 * MINUTE)
    assert desk.store.sales.get(sale.sale_id).state is SaleState.OUTCOME_UNKNOWN
    provider.network = lambda _, call: call()
    let_pass(desk, provider.clock, 2 * MINUTE)
    assert provider.payments[attempt.payment_id].state is PaymentState.REVERSED
    assert desk.store.sales.get(sale.sale_id).state is SaleState.OPEN


def test_a_sale_that_is_given_up_is_reversed_before_anybody_scanned(
    desk: Desk, provider: MiniProvider
) -> None:
    sale, attempt = self_contained.sell(desk, Basket.of_amount(PRICE))
    assert sales.abandon(desk, sale.sale_id).state is SaleState.ABANDONED
    assert provider.payments[attempt.payment_id].state is PaymentState.REVERSED


# --- With the real provider ---------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path)
    till_of(checkout.start()).close()  # it enrols, for which it needs the provider
    yield checkout
    checkout.world.close()


def test_a_till_without_a_line_sells_and_learns_of_it_when_the_line_is_back(
    checkout: Checkout,
) -> None:
    world, anna = checkout.world, checkout.world.wallet("anna")
    offline = checkout.start(checkout.nobody)
    sale = open_sale(offline.test_client(), AT_ONCE)
    checkout.unplug()
    shown = {"payment_id": sale["collection"]["payment_id"], "amount_minor": PRICE.minor_units}
    [result] = bring(world, scanned(world, shown, sale["collection"]["code"], anna)).json["results"]
    assert result["payment"]["state"] == "PAID"
    checkout.deliver()
    assert seen(offline.test_client(), sale)["state"] == "COLLECTING"
    checkout.plug_in(offline)
    checkout.clock.advance(MINUTE)
    checkout.deliver()
    assert seen(offline.test_client(), sale)["state"] == "PAID"
    receipts = offline.test_client().get(f"/api/sales/{sale['sale_id']}/receipts").get_json()
    assert [each["signed"] for each in receipts["receipts"]] == [result["receipt"]]
    till_of(offline).close()


def test_after_the_till_has_given_up_the_code_pays_nothing(checkout: Checkout) -> None:
    world, anna = checkout.world, checkout.world.wallet("anna")
    app = checkout.start()
    sale = open_sale(app.test_client(), AT_ONCE)
    post(app.test_client(), f"/api/sales/{sale['sale_id']}/abandon", {})
    assert seen(app.test_client(), sale)["state"] == "ABANDONED"
    shown = {"payment_id": sale["collection"]["payment_id"], "amount_minor": PRICE.minor_units}
    [result] = bring(world, scanned(world, shown, sale["collection"]["code"], anna)).json["results"]
    assert (result["payment"], result["receipt"]) == (None, None)
    assert result["problem"]["status"] == 409
    assert anna.balance() == 20_000
    till_of(app).close()
