"""``qrpay ledger notifications``: what is told, what was answered, and telling it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner, Result

from ledger.cli import Exit, main
from ledger.kit.transport import Response
from ledger.protocol.alipay_wire import keys, parameters
from tests.faces.alipay.shop import AlipayShop, platform_key
from tests.kit.scripted_server import ScriptedServer, plain, serving
from tests.ops.vendor_listener import Listener


class Told:
    """A shop with one trade by Alipay's face and one by the till, both told once, in vain."""

    def __init__(self, folder: Path, notify_url: str) -> None:
        listener = Listener()
        listener.answer = Response(200, {}, b"fail")
        self.folder = folder
        self.shop = AlipayShop(folder, listener, in_a_file=True)
        self.notify_url = notify_url
        terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"}
        public = {"notify_url": notify_url}
        made = self.shop.call_with("alipay.trade.precreate", public, **terms)
        self.shop.scan_and_pay("anna", made["qr_code"])
        self.deliver()
        (_, _, self.first_body) = listener.posts[-1]
        self.shop.wallet("anna").pay(self.shop.shop, self.shop.shop.ask(1295))
        self.deliver()

    def deliver(self) -> None:
        while self.shop.ledger.notifier.deliver_due():
            pass

    def run(self, *words: str) -> Result:
        said = ["ledger", "notifications", *words, "--books", str(self.folder / "books.db")]
        return CliRunner().invoke(main, said, env={"QRPAY_LEDGER_DATA": str(self.folder)})

    def listed(self, *words: str) -> list[dict[str, Any]]:
        result = self.run("list", "--json", *words)
        assert result.exit_code == Exit.OK, result.output
        found: list[dict[str, Any]] = json.loads(result.output)
        return found

    def of(self, face: str) -> dict[str, Any]:
        (found,) = [each for each in self.listed() if each["by"] == face]
        return found


ANSWERS = [plain(b"success"), plain(b"fail"), plain(b"success")]


@pytest.fixture(scope="module")
def merchant() -> Iterator[ScriptedServer]:
    """The merchant's own server: it takes the first notification, and not the second."""
    with serving(*ANSWERS) as server:
        yield server


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, merchant: ScriptedServer) -> Iterator[Told]:
    made = Told(tmp_path_factory.mktemp("told"), f"{merchant.url}/notify?a=1")
    yield made
    made.shop.close()


def test_the_list_says_whom_how_often_what_was_answered_and_when_next(told: Told) -> None:
    facts = told.of("alipay")
    assert (facts["order_no"], facts["event"]) == ("A1", "payment.paid")
    assert (facts["state"], facts["attempts"], facts["answer"]) == ("PENDING", 1, "200 b'fail'")
    assert facts["next_attempt_at"] == "2026-11-22T12:04:00.000Z"
    assert told.of("native")["next_attempt_at"] == "2026-11-22T12:00:15.000Z"
    text = told.run("list").output
    assert "A1" in text
    assert "PENDING after 1, next 2026-11-22T12:04:00.000Z  200 b'fail'" in text


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--limit", "1"), 1),
        (("--state", "PENDING"), 2),
        (("--state", "DEAD"), 0),
        (("--merchant", "M2088DEMO000001"), 2),
        (("--merchant", "M2088DEMO000002"), 0),
    ],
)
def test_the_list_can_be_narrowed(told: Told, words: tuple[str, ...], count: int) -> None:
    assert len(told.listed(*words)) == count


def test_show_prints_what_is_posted_where(told: Told) -> None:
    result = told.run("show", told.of("alipay")["notification_id"])
    assert f"POST {told.notify_url}" in result.output
    shown = dict(parse_qsl(result.output.splitlines()[-1]))
    sent = dict(parse_qsl(told.first_body.decode()))
    changing = {"notify_time", "sign"}
    assert {name: shown[name] for name in shown.keys() - changing} == {
        name: sent[name] for name in sent.keys() - changing
    }
    native = told.run("show", told.of("native")["notification_id"]).output
    assert "POST http://127.0.0.1:8401/notify" in native
    assert '"notifications":[{' in native


def test_show_lists_each_attempt_with_its_answer(told: Told) -> None:
    named = told.of("alipay")["notification_id"]
    made = {"number": 1, "made_at": "2026-11-22T12:00:00.000Z", "answer": "200 b'fail'"}
    assert json.loads(told.run("show", named, "--json").stdout)["tried"] == [made]
    line = "attempt 1        2026-11-22T12:00:00.000Z  200 b'fail'"
    assert line in told.run("show", named).output.splitlines()


def test_it_is_sent_again_signed_anew_and_the_books_stay_as_they_are(
    told: Told, merchant: ScriptedServer
) -> None:
    before = told.of("alipay")
    taken = told.run("resend", before["notification_id"])
    assert (taken.exit_code, taken.output.splitlines()[-1]) == (Exit.OK, "success")
    head, _, body = merchant.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /notify?a=1 ")
    fields = dict(parse_qsl(body.decode()))
    text = parameters.notice_text(fields)
    keys.verify(platform_key().public_key(), text.encode(), fields["sign"])
    first = dict(parse_qsl(told.first_body.decode()))
    assert fields["notify_id"] == first["notify_id"]
    assert fields["sign"] != first["sign"]
    refused = told.run("resend", before["notification_id"])
    assert (refused.exit_code, refused.output.splitlines()[-1]) == (Exit.FAILED, "200 b'fail'")
    again = told.run("resend", before["notification_id"], "--json")
    assert (again.exit_code, json.loads(again.stdout)["answer"]) == (Exit.OK, "success")
    assert told.of("alipay") == before


def test_what_nobody_was_ever_told_is_said(told: Told) -> None:
    result = told.run("show", "ntf_none")
    assert (result.exit_code, "no notification" in result.output) == (Exit.FAILED, True)
