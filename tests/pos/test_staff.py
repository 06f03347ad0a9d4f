"""What a shopper must not do asks for the staff's PIN; guessing it does not get far."""

from __future__ import annotations

from dataclasses import replace

import flask
import pytest
from flask.testing import FlaskClient

from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.settings import SettingInvalid
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.instants import SECOND
from pos import config
from pos.cli.service import till
from pos.web import staff
from pos.web.staff import BLOCKED_S, FOR_STAFF, HEADER, QUIET_S, WRONG_MOST, Staff
from pos.web.views import RefundView
from tests.pos.scene import Scene

URL = "http://127.0.0.1:8401"
PIN = "2806"
WRONG = "2807"


@pytest.fixture
def timer(clock: SettableClock) -> SettableClock:
    return clock


@pytest.fixture
def guarded(app: flask.Flask, timer: SettableClock) -> FlaskClient:
    staff.add(app, Staff(PIN, timer=timer, entropy=SeededEntropy("staff")))
    return app.test_client()


@pytest.fixture
def paid(scene: Scene) -> Scene:
    scene.receive(*scene.pay())
    return scene


def refund(client: FlaskClient, scene: Scene, **headers: str) -> tuple[int, str]:
    path = f"/api/sales/{scene.sale.sale_id}/refunds"
    answer = client.post(path, json={"amount_minor": 100}, headers=headers)
    return answer.status_code, answer.get_json().get("code", "")


def enter(client: FlaskClient, pin: str) -> tuple[int, str]:
    answer = client.post("/api/staff", json={"pin": pin})
    return answer.status_code, answer.get_json().get("code", "")


def test_without_the_pin_nothing_is_given_back(guarded: FlaskClient, paid: Scene) -> None:
    before = paid.everything()
    assert refund(guarded, paid) == (403, "STAFF_PIN_NEEDED")
    assert paid.everything() == before
    assert paid.provider.refunds == {}


def test_whoever_typed_it_may_for_a_while(
    guarded: FlaskClient, paid: Scene, timer: SettableClock
) -> None:
    assert enter(guarded, PIN) == (200, "")
    assert refund(guarded, paid) == (201, "")
    timer.advance(int(QUIET_S) * SECOND - SECOND)
    assert refund(guarded, paid) == (201, "")
    timer.advance(int(QUIET_S) * SECOND)
    assert refund(guarded, paid) == (403, "STAFF_PIN_NEEDED")


def test_who_leaves_is_asked_again(guarded: FlaskClient, paid: Scene) -> None:
    enter(guarded, PIN)
    guarded.post("/api/staff/leave", json={})
    assert refund(guarded, paid) == (403, "STAFF_PIN_NEEDED")


def test_it_is_open_to_that_browser_alone_and_no_script_reads_the_token(
    guarded: FlaskClient, app: flask.Flask, paid: Scene
) -> None:
    answer = guarded.post("/api/staff", json={"pin": PIN})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert refund(app.test_client(), paid) == (403, "STAFF_PIN_NEEDED")


def test_five_wrong_pins_close_it_even_to_the_right_one_for_five_minutes(
    guarded: FlaskClient, paid: Scene, timer: SettableClock
) -> None:
    assert [enter(guarded, WRONG) for _ in range(WRONG_MOST)] == [(403, "PIN_WRONG")] * WRONG_MOST
    assert enter(guarded, PIN) == (423, "PIN_BLOCKED")
    assert refund(guarded, paid, **{HEADER: PIN}) == (423, "PIN_BLOCKED")
    timer.advance(int(BLOCKED_S) * SECOND)
    assert enter(guarded, PIN) == (200, "")


def test_a_program_sends_it_along_and_can_guess_no_faster(
    guarded: FlaskClient, paid: Scene
) -> None:
    assert refund(guarded, paid, **{HEADER: PIN}) == (201, "")
    answers = [refund(guarded, paid, **{HEADER: WRONG}) for _ in range(WRONG_MOST + 1)]
    assert answers[-1] == (423, "PIN_BLOCKED")


def test_the_tills_own_commands_send_it_along(
    guarded: FlaskClient, app: flask.Flask, paid: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refund(guarded, paid) == (403, "STAFF_PIN_NEEDED")
    monkeypatch.setenv("QRPAY_POS_STAFF_PIN", PIN)
    service = replace(till(URL), transport=WsgiTransport({URL: app}))
    path = f"/api/sales/{paid.sale.sale_id}/refunds"
    assert service.post(path, {"amount_minor": 100}, RefundView).amount_minor == 100


def test_selling_and_paying_ask_nobody(guarded: FlaskClient) -> None:
    opened = guarded.post("/api/sales", json={"amount_minor": 100})
    assert opened.status_code == 201
    sale_id = opened.get_json()["sale_id"]
    path = f"/api/sales/{sale_id}/collect"
    assert guarded.post(path, json={"mode": "show"}).status_code == 200
    assert guarded.post(f"/api/sales/{sale_id}/ask", json={}).status_code == 200
    assert guarded.post(f"/api/sales/{sale_id}/abandon", json={}).status_code == 200


def test_everything_that_moves_money_back_or_ends_a_day_is_named(app: flask.Flask) -> None:
    asked = {rule.endpoint for rule in app.url_map.iter_rules()} & FOR_STAFF
    assert asked == FOR_STAFF
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    about_a_sale = {"api.abandon_sale", "api.ask_about_sale", "api.collect_sale"}
    assert posts - FOR_STAFF <= about_a_sale | {"hot /api/sales", "hot /notify"}


def test_a_till_without_a_pin_asks_nobody(app: flask.Flask, paid: Scene) -> None:
    staff.add(app, Staff("", timer=paid.clock, entropy=SeededEntropy("staff")))
    assert refund(app.test_client(), paid) == (201, "")


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "١٢٣٤"])
def test_a_pin_that_no_keypad_types_is_refused_at_the_start(pin: str) -> None:
    with pytest.raises(SettingInvalid):
        config.from_environment({"QRPAY_POS_STAFF_PIN": pin})
