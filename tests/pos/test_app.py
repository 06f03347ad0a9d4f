"""The till's service with the real provider: first start, restart, and whom it believes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.kit.transport import Response
from ledger.ops.keys import pinned
from ledger.protocol.errors.checkout import EnrolmentTokenInvalid
from ledger.protocol.errors.service import (
    KeyFileUnusable,
    ServiceUnavailable,
    StoreInUse,
    TillNotEnrolled,
)
from ledger.protocol.errors.trust import KeyFormat, SignatureEncoding
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.signing import merchant_owner
from pos.acquirers.intents import Profile
from pos.app import till_of
from pos.collect import Phase
from pos.counter import collecting, refunds, sales
from pos.till import Sale, SaleState
from tests.pos.shop import PAYMENT_CODE, PRICE, let_pass, open_sale
from tests.pos.with_ledger import Checkout, Meddle


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path)
    yield checkout
    checkout.world.close()


def test_a_first_start_makes_a_key_and_enrols_it(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    assert desk.identity.merchant.merchant_id == "M2088DEMO000001"
    assert desk.identity.terminal.terminal_id == "T01"
    key_file = checkout.settings.key_path
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(checkout.settings.store_path.stat().st_mode) == 0o600
    checkout.keys().require(
        desk.identity.key_id, at=checkout.clock.now(), owner=merchant_owner("M2088DEMO000001")
    )
    health = app.test_client().get("/health").get_json()
    assert (health["status"], health["unfinished"], health["terminal_id"]) == ("ok", 0, "T01")
    till_of(app).close()


def test_a_later_start_needs_nobody(checkout: Checkout) -> None:
    app = checkout.start()
    key_id = till_of(app).desk.identity.key_id
    till_of(app).close()
    again = checkout.start(checkout.nobody, enrolment_token="")
    assert till_of(again).desk.identity.key_id == key_id
    till_of(again).close()


def test_a_first_start_without_the_provider_fails_and_can_be_repeated(checkout: Checkout) -> None:
    with pytest.raises(ServiceUnavailable):
        checkout.start(checkout.nobody)
    till_of(checkout.start()).close()


def test_a_lost_answer_to_enrolling_is_asked_for_again_with_the_same_key(
    checkout: Checkout,
) -> None:
    def lose_enrolments(url: str, answer: Response) -> Response:
        if url.endswith("/enrolments"):
            raise ServiceUnavailable
        return answer

    checkout.wire.meddle = lose_enrolments
    with pytest.raises(ServiceUnavailable):
        checkout.start()
    checkout.wire.meddle = lambda _, answer: answer
    till_of(checkout.start()).close()


def test_a_token_is_needed_and_opens_once(checkout: Checkout) -> None:
    with pytest.raises(TillNotEnrolled):
        checkout.start(enrolment_token="")
    till_of(checkout.start()).close()
    with pytest.raises(EnrolmentTokenInvalid, match="`qrpay reset` begins anew"):
        checkout.start(data_dir=checkout.folder / "thief")


def test_one_store_has_one_till(checkout: Checkout) -> None:
    app = checkout.start()
    with pytest.raises(StoreInUse):
        checkout.start()
    till_of(app).close()


def test_a_key_file_that_others_may_read_is_not_used(checkout: Checkout) -> None:
    till_of(checkout.start()).close()
    checkout.settings.key_path.chmod(0o644)
    with pytest.raises(KeyFileUnusable):
        checkout.start()
    checkout.settings.key_path.chmod(0o600)
    till_of(checkout.start()).close()


def test_a_pinned_key_of_the_provider_is_the_one_believed(checkout: Checkout) -> None:
    real = checkout.world.ledger.provider.signing_key.public
    app = checkout.start(ledger_key=pinned(real))
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    assert sale.state is SaleState.COLLECTING
    desk.refresh_keys()
    desk.provider_keys().require(desk.identity.key_id, at=checkout.clock.now())
    till_of(app).close()


def test_answers_that_the_pinned_key_did_not_sign_prove_nothing(checkout: Checkout) -> None:
    till_key = till_of(first := checkout.start()).desk.identity.key.public
    till_of(first).close()
    app = checkout.start(
        data_dir=checkout.folder / "other",
        ledger_key=pinned(till_key),
        enrolment_token="demo-till-T02",
    )
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    assert sale.state is SaleState.OUTCOME_UNKNOWN
    desk.refresh_keys()
    assert desk.provider_keys().find(till_key.key_id) is not None
    till_of(app).close()


@pytest.mark.parametrize(
    ("text", "error"), [("k6d2alkm", SignatureEncoding), ("k6d2alkm:" + "A" * 43, KeyFormat)]
)
def test_a_pin_that_is_no_key_is_refused(
    checkout: Checkout, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        checkout.start(ledger_key=text)


def collected(app_of: Checkout, meddle: Meddle) -> Sale:
    """Collect by payment code while somebody sits on the wire."""
    app = app_of.start()
    desk = till_of(app).desk
    sale = open_sale(desk)
    app_of.wire.meddle = meddle
    read = collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)
    app_of.wire.meddle = lambda _, answer: answer
    let_pass(desk, app_of.clock, 90 * SECOND)
    assert desk.store.sales.get(sale.sale_id).state is SaleState.OPEN
    assert desk.store.attempts.of_sale(sale.sale_id)[0].collection.phase is Phase.REVERSED
    till_of(app).close()
    return read


def without_signature(_: str, answer: Response) -> Response:
    kept = {name: value for name, value in answer.headers.items() if "signature" not in name}
    return replace(answer, headers=kept)


def with_another_body(_: str, answer: Response) -> Response:
    return replace(answer, body=answer.body.replace(b"PAYMENT_AUTH_CODE_INVALID", b"OK"))


def with_another_status(_: str, answer: Response) -> Response:
    return replace(answer, status=201)


def taken_from_another_call() -> Meddle:
    heard: list[Response] = []

    def swap(_: str, answer: Response) -> Response:
        heard.append(answer)
        return heard[0] if len(heard) > 1 else replace(answer, headers={})

    return swap


@pytest.mark.parametrize(
    "meddle",
    [without_signature, with_another_body, with_another_status, taken_from_another_call()],
    ids=["without signature", "another body", "another status", "another call's answer"],
)
def test_an_answer_that_was_meddled_with_leaves_the_outcome_unknown(
    checkout: Checkout, meddle: Meddle
) -> None:
    assert collected(checkout, meddle).state is SaleState.OUTCOME_UNKNOWN


def test_a_provider_that_can_not_be_reached_has_not_been_asked(checkout: Checkout) -> None:
    till_of(checkout.start()).close()
    app = checkout.start(checkout.nobody)
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.LINK)
    assert sale.state is SaleState.OPEN
    assert desk.store.attempts.of_sale(sale.sale_id)[0].collection.reason == "SERVICE_UNAVAILABLE"
    till_of(app).close()


def test_a_shown_code_is_known_to_the_provider_until_it_expires(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    checkout.clock.advance(3 * MINUTE)
    checkout.world.ledger.sweeper.sweep()
    let_pass(desk, checkout.clock, 10 * SECOND)
    ended = desk.store.attempts.of_sale(sale.sale_id)[0].collection
    assert (ended.phase, ended.reason) == (Phase.NOT_PAID, "EXPIRED")
    till_of(app).close()


def test_nothing_of_the_payers_code_is_left_in_the_tills_files(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    collecting.read_code(desk, open_sale(desk).sale_id, PAYMENT_CODE)
    till_of(app).close()
    for file in checkout.settings.data_dir.iterdir():
        assert PAYMENT_CODE.encode() not in file.read_bytes()


def test_the_basket_never_reaches_the_provider(checkout: Checkout) -> None:
    app = checkout.start()
    client = app.test_client()
    lines = [{"sku": "sanitary-pads-16", "quantity": 1}]
    sale = client.post("/api/sales", json={"lines": lines}).get_json()
    client.post(f"/api/sales/{sale['sale_id']}/collect", json={"mode": "show"})
    shown = client.get(f"/api/sales/{sale['sale_id']}/receipts").get_json()
    everything = b"".join(checkout.wire.sent)
    assert shown["basket_hash"].encode() in everything
    assert shown["basket_salt"].encode() not in everything
    for word in ("sanitary", "Damenbinden", "卫生巾"):
        assert word.encode() not in everything
    till_of(app).close()


def test_the_service_answers_to_its_own_names_only(checkout: Checkout) -> None:
    app = checkout.start(hosts=("127.0.0.1",))
    client = app.test_client()
    assert client.get("/health", headers={"Host": "127.0.0.1:8401"}).status_code == 200
    assert client.get("/health", headers={"Host": "evil.test"}).status_code == 400
    till_of(app).close()


def test_a_folder_that_can_not_be_made_is_told(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=os.strerror(20)):
        checkout.start(data_dir=tmp_path / "file" / "pos")


def test_another_app_is_not_taken_for_a_till(checkout: Checkout) -> None:
    checkout.world.app.extensions["qrpay.pos"] = "something else"
    with pytest.raises(TypeError):
        till_of(checkout.world.app)


def test_a_payer_scans_agrees_and_the_till_is_told(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    checkout.scan_and_agree(desk.store.attempts.of_sale(sale.sale_id)[0], "li-wei")
    checkout.deliver()
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
    shown = app.test_client().get(f"/api/sales/{sale.sale_id}/receipts?lang=zh").get_json()
    (receipt,) = shown["receipts"]
    assert (receipt["kind"], receipt["payer_currency"]) == ("payment", "CNY")
    assert "已支付" in shown["paper"]
    refunds.give_back(desk, sale.sale_id, PRICE.allocate([1, 2])[0])
    refunds.give_back(desk, sale.sale_id, None)
    checkout.deliver()
    assert desk.store.sales.get(sale.sale_id).state is SaleState.REFUNDED
    assert desk.store.evidence.alarms() == []
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 3
    till_of(app).close()


def test_a_payer_shows_a_code_and_has_paid_before_anybody_asks(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    shown = checkout.world.wallet("anna").shown_code()
    sale = collecting.read_code(desk, open_sale(desk).sale_id, shown)
    assert sale.state is SaleState.PAID
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 1
    checkout.deliver()
    assert desk.store.evidence.alarms() == []
    till_of(app).close()


def test_when_nobody_tells_the_till_asks_and_gets_the_receipt(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.LINK)
    checkout.scan_and_agree(desk.store.attempts.of_sale(sale.sale_id)[0])
    let_pass(desk, checkout.clock, 3 * SECOND)
    assert desk.store.sales.get(sale.sale_id).state is SaleState.PAID
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 1
    till_of(app).close()


def test_abandoning_a_paid_sale_brings_the_money_back(checkout: Checkout) -> None:
    app = checkout.start()
    desk = till_of(app).desk
    before = checkout.world.wallet("anna").balance()
    sale = collecting.show_code(desk, open_sale(desk).sale_id, Profile.SIGNED)
    checkout.scan_and_agree(desk.store.attempts.of_sale(sale.sale_id)[0])
    assert checkout.world.wallet("anna").balance() == before - PRICE.minor_units
    assert sales.abandon(desk, sale.sale_id).state is SaleState.ABANDONED
    assert checkout.world.wallet("anna").balance() == before
    checkout.deliver()
    assert desk.store.sales.get(sale.sale_id).state is SaleState.ABANDONED
    assert desk.store.evidence.alarms() == []
    till_of(app).close()
