"""Stories are true at a real provider, and what was recorded plays again to the same bytes."""

from __future__ import annotations

import json
import os
import re
import shlex
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from ledger.cli.sandbox.export.command import written
from ledger.cli.sandbox.export.found import Exchange, about
from ledger.kit.clock import SystemClock
from ledger.kit.transport import HttpTransport, Response, Stream
from ledger.ops import notifier
from ledger.protocol.errors.sandbox import (
    NotToBeAskedAgain,
    ReplayDiffers,
    ScenarioUnknown,
    TapeUnreadable,
)
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import DAY, MINUTE, from_seconds
from ledger.scenarios import script
from ledger.scenarios.control_api import PATIENCE_S, ControlApi
from ledger.scenarios.playing import Played, play_all
from ledger.testing.accounts import platform_secrets
from ledger.testing.play import playing
from ledger.testing.recording import tape as tapes
from ledger.testing.recording.recorder import Recording, recording
from ledger.testing.recording.replay import replay
from ledger.testing.recording.tape import Call, Heard, Tape, Told
from tests.sandbox.merchant import WITHIN_S, wechat_request

BEGINS = "2026-11-22T12:00:00.000Z"


@dataclass
class Session:
    """Every story, played once at one provider that was recorded."""

    played: dict[str, Played]
    had: dict[str, Played]
    refunded: list[Exchange]
    charged: list[Exchange]
    tape: Tape
    file: Path


class CallsBack:
    """A merchant that asks the provider something before it says that it has a notification."""

    def __init__(self) -> None:
        self.url = ""
        self.line = notifier.transport()

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        urllib.request.urlopen(f"{self.url}/v1/keys", timeout=WITHIN_S).close()  # noqa: S310
        return self.line.request(method, url, headers, body)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        raise ServiceUnavailable(f"{url} {headers}")


def played(session: Recording, *names: str, shelf: str = script.STORIES) -> dict[str, Played]:
    control = ControlApi(session.url, session.token, HttpTransport(answer_timeout_s=PATIENCE_S))
    told = play_all(control, platform_secrets(), names, shelf=shelf)
    return {each.name: each for each in told}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("recorded")
    with recording(folder, seed="7", begins=BEGINS) as begun:
        told = played(begun, *script.names())
        events = script.names(script.EVENTS)
        had = played(begun, *events, shelf=script.EVENTS)
        control = ControlApi(begun.url, begun.token, HttpTransport())
        refunded = about(control, told["refund-partial"].order_no)
        charged = about(control, told["unknown-outcome"].order_no)
        begun.finish()
    file = folder / "session.json"
    begun.tape().write(file)
    return Session(told, had, refunded, charged, tapes.read(file), file)


@pytest.mark.parametrize("name", script.names())
def test_every_story_goes_as_it_is_told(session: Session, name: str) -> None:
    told = session.played[name]
    assert told.broken == ""
    assert len(told.steps) == len(script.load(name).steps)


@pytest.mark.parametrize("name", script.names(script.EVENTS))
def test_every_event_can_be_had(session: Session, name: str) -> None:
    assert session.had[name].broken == ""


def test_a_payment_is_drawn_in_the_order_in_which_it_went(session: Session) -> None:
    lines = [line.strip() for line in written(session.refunded, "mermaid", "A").splitlines()]
    assert lines[0] == "sequenceDiagram"
    asked = [line.partition(": ")[2] for line in lines if line.startswith("Till->>")]
    assert asked == [
        "alipay.trade.precreate",
        "alipay.trade.refund",
        "alipay.trade.query",
        "alipay.trade.refund",
        "alipay.trade.query",
    ]
    # The till does not wait for what it is told, so that may come a call later.
    told = [line.partition(": ")[2] for line in lines if line.startswith("Provider->>")]
    assert sorted(told) == ["payment.paid", "refund.succeeded", "refund.succeeded"]
    assert "Note over Provider: call.unknown" in written(session.charged, "mermaid", "A")


def test_a_payment_is_a_script_and_an_archive(session: Session) -> None:
    lines = written(session.refunded, "curl", "A").splitlines()
    assert sum(shlex.split(line)[:1] == ["curl"] for line in lines if line[:1] != "#") == 5
    log = json.loads(written(session.refunded, "har", "A"))["log"]
    assert (log["version"], len(log["entries"])) == ("1.2", 8)
    assert log["entries"][0]["request"]["postData"]["text"].startswith("app_id=")


def test_a_payment_is_a_test_that_asks_the_same_again(session: Session, tmp_path: Path) -> None:
    text = written(session.refunded, "pytest", "A-1")
    made: dict[str, Any] = {}
    exec(compile(text, "test_exported.py", "exec"), made)  # noqa: S102 (as pytest would)
    (marker,) = made["test_order_a_1"].pytestmark
    with playing(tmp_path, os.putenv, **marker.kwargs) as play:
        made["test_order_a_1"](play)
        play.requests.assert_called("alipay.trade.refund", times=2)
    with pytest.raises(NotToBeAskedAgain, match="payment code"):
        written(session.charged, "pytest", "A-1")


def test_a_recorded_session_plays_again_to_the_same_bytes(session: Session, tmp_path: Path) -> None:
    assert session.tape.begins == BEGINS
    assert {event.status for event in session.tape.events if isinstance(event, Call)} >= {0, 200}
    assert replay(session.tape, tmp_path) > 100


def test_a_session_in_which_time_was_led_away_from_the_till_plays_again(tmp_path: Path) -> None:
    machines = SystemClock().now()
    with recording(tmp_path / "recorded") as begun:
        control = ControlApi(begun.url, begun.token, HttpTransport())
        control.post("clock", advance_ms=40 * DAY)
        target, body, headers = wechat_request(machines, "tea-0001", "http://127.0.0.1:9/told")
        answer = HttpTransport().request("POST", f"{begun.url}{target}", headers, body)
        assert answer.status == HTTPStatus.OK
        control.post("payers/li-wei/pay", code=json.loads(answer.body)["code_url"])
        begun.finish()
    told = next(event.headers for event in begun.tape().events if isinstance(event, Told))
    for stamps in (answer.headers, told):
        stamp = {name.lower(): value for name, value in stamps.items()}["wechatpay-timestamp"]
        assert abs(from_seconds(int(stamp)) - machines) < MINUTE
    assert replay(begun.tape(), tmp_path / "played") > 2


def test_the_tape_is_read_by_people_and_has_no_token(session: Session) -> None:
    text = session.file.read_text("utf-8")
    assert '"target": "/gateway.do"' in text
    assert "out_trade_no" in text
    assert "Bearer" not in text


def test_a_story_that_is_not_so_breaks_at_its_step(tmp_path: Path) -> None:
    story = tmp_path / "mine.toml"
    story.write_text(
        'title = "a"\nwhy = "b"\n[[steps]]\ncall = "alipay.trade.query"\n'
        'body = { out_trade_no = "{order}" }\nexpect = { code = "10000" }\n'
    )
    with recording(tmp_path, begins=BEGINS) as begun:
        (told,) = played(begun, str(story)).values()
    assert told.broken == "step 1, alipay.trade.query: code is '40004', not '10000'"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """A session in which the merchant calls back while it is told."""
    merchant = CallsBack()
    folder = tmp_path_factory.mktemp("short")
    with recording(folder, seed="7", begins=BEGINS, line=merchant) as begun:
        merchant.url = begun.url
        assert played(begun, "happy")["happy"].broken == ""
        begun.finish()
    return begun.tape()


def test_what_a_merchant_asks_while_it_is_told_has_its_place(short: Tape, tmp_path: Path) -> None:
    kinds = [type(event) for event in short.events]
    told = kinds.index(Told)
    assert kinds[told : told + 3] == [Told, Call, Heard]
    assert replay(short, tmp_path) == 6


def changed(tape: Tape, kind: type, **members: object) -> Tape:
    """The tape, but for members of its first event of a kind."""
    place = next(n for n, event in enumerate(tape.events) if isinstance(event, kind))
    other = cast("Call", msgspec.structs.replace(tape.events[place], **members))
    return msgspec.structs.replace(
        tape, events=[*tape.events[:place], other, *tape.events[place + 1 :]]
    )


def test_the_first_other_byte_is_told_with_its_request(short: Tape, tmp_path: Path) -> None:
    first = short.events[0]
    assert isinstance(first, Call)
    other = changed(short, Call, answer=first.answer.replace("10000", "10001"))
    with pytest.raises(ReplayDiffers, match=r"event 0, POST /gateway\.do: byte \d+") as found:
        replay(other, tmp_path)
    expected, now = re.findall(r"b'(.*?)'", found.value.detail)
    assert ("10001" in expected, "10000" in now) == (True, True)


def test_another_notification_is_told_with_its_address(short: Tape, tmp_path: Path) -> None:
    with pytest.raises(ReplayDiffers, match=r"what http://.*/notify is told: byte"):
        replay(changed(short, Told, body="another"), tmp_path)


def test_another_seed_gives_other_bytes(short: Tape, tmp_path: Path) -> None:
    with pytest.raises(ReplayDiffers):
        replay(msgspec.structs.replace(short, seed="8"), tmp_path)


def test_a_tape_that_lacks_a_notification_differs(short: Tape, tmp_path: Path) -> None:
    kept = [event for event in short.events if not isinstance(event, Told | Heard)]
    with pytest.raises(ReplayDiffers, match="the tape does not have"):
        replay(msgspec.structs.replace(short, events=kept), tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"seed":"1","begins":"soon","events":[]}'])
def test_what_is_no_tape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "session.json"
    file.write_text(text)
    with pytest.raises(TapeUnreadable):
        tapes.read(file)


def test_a_story_of_no_such_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioUnknown, match="happy"):
        script.load("happier")
    story = tmp_path / "mine.toml"
    story.write_text('title = "a"\nwhy = "b"\n[[steps]]\ndance = "yes"\n')
    with pytest.raises(ScenarioUnknown, match="dance"):
        script.load(str(story))
