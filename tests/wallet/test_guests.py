"""A stranger opens a till's link with any browser, pays with play money, and is forgotten again."""

from __future__ import annotations

import pytest

from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.instants import DAY, MINUTE
from tests.wallet.visiting import Visitor
from tests.wallet.world import World
from wallet.device.phones import DEMO_PIN
from wallet.visitors import guests


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(world)


def test_a_browser_without_a_cookie_has_no_wallet(visitor: Visitor) -> None:
    assert visitor.get("/api/session").json["kind"] == ""
    assert visitor.get("/api/me").problem == (401, "SESSION_MISSING")


def test_a_stranger_gets_a_wallet_with_play_money_and_is_asked_nothing(visitor: Visitor) -> None:
    told = visitor.arrive()
    assert (told["kind"], told["demo_pin"]) == ("guest", DEMO_PIN)
    wallet = visitor.get("/api/me").json
    assert (wallet["balance_minor"], wallet["currency"], wallet["is_locked"]) == (
        10_000,
        "EUR",
        False,
    )


def test_a_guest_can_have_yuan_and_pays_a_price_in_euro_at_a_rate(
    world: World, visitor: Visitor
) -> None:
    visitor.arrive("CNY")
    review = visitor.scan(world.till().link(1295))
    assert (review["payer_currency"], review["payer_amount_minor"]) == ("CNY", 10118)
    assert review["rate"] == "125/16"
    assert visitor.approve(review).json["outcome"] == "paid"
    assert visitor.get("/api/me").json["balance_minor"] == 80_000 - 10_118


def test_a_guest_pays_a_tills_link_and_has_the_receipt(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    review = visitor.scan(world.till().link(1295))
    assert review["payee"]["names"]["zh"] == "演示药妆店"
    paid = visitor.approve(review).json
    assert paid["outcome"] == "paid"
    (receipt,) = visitor.get("/api/me/history").json["receipts"]
    assert receipt["verifies"]
    assert receipt["signed"]["text"].startswith("type=receipt/v1\n")


def test_above_the_limit_a_guest_is_asked_for_the_pin(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    review = visitor.scan(world.till().link(6000))
    assert review["needs_pin"]
    assert visitor.approve(review).problem == (400, "FIELD_MISSING")
    assert visitor.approve(review, pin="000000").problem == (403, "PIN_WRONG")
    assert visitor.approve(review, pin=DEMO_PIN).json["outcome"] == "paid"


def test_two_browsers_know_nothing_of_each_other(world: World, visitor: Visitor) -> None:
    other = Visitor(world)
    visitor.arrive()
    other.arrive()
    review = visitor.scan(world.till().link(1295))
    assert other.get(f"/api/me/reviews/{review['review_id']}").problem == (404, "REVIEW_NOT_FOUND")
    assert other.get("/api/me/history").json == {"receipts": []}


def test_a_guests_wallet_can_not_be_named_by_anybody(world: World, visitor: Visitor) -> None:
    name = visitor.arrive()["name"]
    assert name.startswith("guest-")
    assert world.get(f"/api/wallets/{name}").problem == (404, "WALLET_NOT_FOUND")
    named = [wallet["name"] for wallet in world.get("/api/wallets").json["wallets"]]
    assert name not in named
    paying = {
        "wallet": name,
        "text": world.till().code(),
        "amount_minor": 1295,
        "currency": "EUR",
        "payee_name": "Demo Drogerie",
    }
    assert world.post("/api/payments", paying).problem == (404, "WALLET_NOT_FOUND")


def test_named_wallets_answer_to_this_machine_alone(world: World, visitor: Visitor) -> None:
    for path in ("/api/wallets", "/api/wallets/anna", "/api/wallets/anna/history"):
        assert visitor.get(path).problem == (403, "NOT_FROM_HERE")
    assert Visitor(world, address="127.0.0.1").get("/api/wallets/anna").status == 200
    assert Visitor(world, address="::1").get("/api/wallets/anna").status == 200


def test_paying_a_named_wallets_code_at_once_is_not_offered_to_a_network(world: World) -> None:
    world.restart(host="0.0.0.0")  # noqa: S104 - what is proved here
    assert world.post("/api/payments", {}).problem == (404, "ROUTE_NOT_FOUND")


def test_the_cookie_is_for_our_own_pages_and_no_script(visitor: Visitor) -> None:
    visitor.arrive()
    assert visitor.last is not None
    cookie = visitor.last.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:8401", "null"])
def test_another_sites_page_can_not_pay(world: World, visitor: Visitor, origin: str) -> None:
    visitor.arrive()
    review = visitor.scan(world.till().link(1295))
    cookie = visitor.cookie()
    assert cookie
    evil = Visitor(world, origin=origin)
    evil.bring(cookie)
    before = world.state()
    assert evil.approve(review).problem == (403, "CROSS_SITE")
    assert evil.post("/api/session", {"currency": "EUR"}).problem == (403, "CROSS_SITE")
    assert world.state() == before


def test_a_cookie_that_was_brought_along_is_nobodys(visitor: Visitor) -> None:
    visitor.bring("chosen-by-somebody-else")
    assert visitor.get("/api/me").problem == (401, "SESSION_MISSING")
    visitor.arrive()
    assert visitor.cookie() != "chosen-by-somebody-else"


def test_the_store_does_not_hold_a_cookie(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    assert visitor.cookie()
    assert str(visitor.cookie()) not in repr(world.state())


def test_a_guest_goes_on_after_the_service_was_stopped(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    cookie = visitor.cookie()
    world.restart()
    again = Visitor(world)
    again.bring(str(cookie))
    assert again.get("/api/me").json["balance_minor"] == 10_000


def test_play_money_is_filled_up(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    visitor.approve(visitor.scan(world.till().link(1295)))
    assert visitor.post("/api/me/top-up").json["balance_minor"] == 10_000


def test_a_guest_is_forgotten_here_and_at_the_provider(world: World, visitor: Visitor) -> None:
    name = visitor.arrive()["name"]
    assert visitor.post("/api/me/forget").json == {"forgotten": True}
    assert visitor.get("/api/me").problem == (401, "SESSION_MISSING")
    assert name not in repr(world.state())


def test_codes_ahead_are_those_that_will_be_shown(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    told = visitor.get("/api/me/payment-codes").json["codes"]
    assert len({code["digits"][2:12] for code in told}) == len(told) == 5
    for ahead in told[1:]:
        world.clock.advance(MINUTE)
        now = visitor.get("/api/me/payment-codes").json["codes"][0]
        assert now == ahead


def test_a_code_ahead_pays_in_its_own_minute_and_not_before(world: World, visitor: Visitor) -> None:
    visitor.arrive()
    till = world.till()
    ahead = visitor.get("/api/me/payment-codes").json["codes"][2]["digits"]
    with pytest.raises(PaymentAuthCodeInvalid):
        till.read_payment_code(500, ahead)
    world.clock.advance(2 * MINUTE)
    assert till.read_payment_code(500, ahead).payment.state == "PAID"


def test_only_so_many_strangers_come_in_in_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "NEW_IN_A_MINUTE", 2)
    world.restart()
    for _ in range(2):
        Visitor(world).arrive()
    late = Visitor(world)
    assert late.post("/api/session", {}).problem == (429, "TOO_MANY_GUESTS")
    world.clock.advance(MINUTE)
    late.arrive()


def test_who_was_not_here_for_a_day_makes_place_for_somebody_new(world: World) -> None:
    world.restart(guests_most=1)
    first = Visitor(world)
    name = first.arrive()["name"]
    assert Visitor(world).post("/api/session", {}).problem == (429, "TOO_MANY_GUESTS")
    world.clock.advance(DAY + MINUTE)
    Visitor(world).arrive()
    assert name not in repr(world.state())
    assert first.get("/api/me").problem == (401, "SESSION_MISSING")


def test_a_service_without_a_pass_lets_nobody_in(world: World) -> None:
    world.restart(guest_passes=())
    assert Visitor(world).post("/api/session", {}).problem == (403, "GUESTS_UNWELCOME")


def test_a_provider_that_is_away_is_told_and_nothing_is_kept(world: World) -> None:
    visitor = Visitor(world)
    world.network.is_cut = True
    assert visitor.post("/api/session", {}).status in (503, 504)
    assert visitor.cookie() is None
