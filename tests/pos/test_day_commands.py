"""``qrpay pos``: what a shop types after the last sale, and the exit codes its cron goes by."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import flask
import pytest
from click.testing import CliRunner, Result

from ledger.cli import main
from ledger.kit.clock import SettableClock
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.instants import HOUR
from pos.cli import day_end
from pos.cli import refund as refund_command
from pos.cli.service import Service
from pos.closing.business_day import bounds
from pos.counter.desk import Desk
from tests.pos.booked import settle, tell
from tests.pos.closing.test_statement_csv import rows_of, written
from tests.pos.provider import MiniProvider, lose_answers
from tests.pos.shop import BERLIN, open_sale
from tests.pos.test_statements import TODAY, sell

URL = "http://127.0.0.1:8401"


@pytest.fixture(autouse=True)
def _at_noon_with_this_till(
    clock: SettableClock, app: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(bounds(TODAY, BERLIN)[0] + 12 * HOUR - clock.now())
    service = Service(URL, WsgiTransport({URL: app}))
    for module in (day_end, refund_command):
        monkeypatch.setattr(module, "till", lambda url: Service(url) if url else service)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pos", *arguments])


def test_a_part_is_given_back_with_its_reason(desk: Desk) -> None:
    sale = sell(desk)
    done = run("refund", sale.sale_id, "3.00", "--reason", "broken seal", "--key", "k1")
    assert (done.exit_code, done.output.split(":")[0]) == (0, "SUCCEEDED")
    (made,) = desk.store.refunds.of_sale(sale.sale_id)
    assert (made.amount.minor_units, made.asked_reason) == (3_00, "broken seal")


def test_the_same_key_is_the_same_refund(desk: Desk) -> None:
    sale = sell(desk)
    first, second = (run("refund", sale.sale_id, "3.00", "--key", "k1", "--json") for _ in "12")
    assert json.loads(first.output) == json.loads(second.output)
    assert len(desk.store.refunds.of_sale(sale.sale_id)) == 1
    assert run("refund", sale.sale_id, "all").exit_code == 0
    assert desk.store.sales.get(sale.sale_id).state == "REFUNDED"


def test_a_refund_without_an_answer_is_not_called_done(desk: Desk, provider: MiniProvider) -> None:
    sale = sell(desk)
    provider.network = lose_answers
    unknown = run("refund", sale.sale_id, "3.00")
    assert (unknown.exit_code, unknown.output.split(":")[0]) == (1, "PROCESSING")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sal_nobody", "1.00"], "SALE_NOT_FOUND"),
        (["{sale}", "12.96"], "REFUND_EXCEEDS_CAPTURED"),
        (["{sale}", "1,00"], "AMOUNT_FORMAT"),
        (["{sale}", "1.00", "--reason", "\u202e"], "TEXT_CHARACTER"),
        (["../../days/today/close?", "1.00"], "ROUTE_NOT_FOUND"),
        (["{sale}", "1.00", "--url", "http://127.0.0.1:1"], "SERVICE_UNAVAILABLE"),
    ],
)
def test_a_refund_that_can_not_be_asked_for_ends_with_two(
    desk: Desk, arguments: list[str], code: str
) -> None:
    sale = sell(desk)
    refused = run("refund", *(each.format(sale=sale.sale_id) for each in arguments))
    assert refused.exit_code == 2
    assert code in refused.output
    assert desk.store.refunds.of_sale(sale.sale_id) == []


def test_closing_a_day_prints_its_report(desk: Desk) -> None:
    sell(desk)
    closed = run("day-close")
    assert closed.exit_code == 0
    assert "Day report Z 1" in closed.output
    again = run("day-close", "--day", TODAY.isoformat(), "--json")
    assert json.loads(again.output)["total_minor"] == 12_95


def test_a_day_with_something_open_is_closed_and_ends_with_one(desk: Desk) -> None:
    sale = open_sale(desk)
    closed = run("day-close")
    assert closed.exit_code == 1
    assert sale.sale_id in closed.output


@pytest.mark.parametrize("day", ["2030-01-01", "tomorrow", "../catalogue", ""])
def test_a_day_that_can_not_be_closed_ends_with_two(desk: Desk, day: str) -> None:
    assert run("day-close", "--day", day).exit_code == 2
    assert desk.store.days.last() is None


def test_a_day_on_which_both_sides_agree_ends_with_zero(desk: Desk, provider: MiniProvider) -> None:
    sell(desk)
    settle(provider, TODAY)
    agreed = run("reconcile", "--day", "today")
    assert (agreed.exit_code, agreed.output.splitlines()[0]) == (0, "2026-11-22: both sides agree")


def test_a_difference_is_told_with_what_to_do_and_ends_with_one(
    desk: Desk, provider: MiniProvider
) -> None:
    sale = sell(desk)
    sell(desk, 5_00)
    tell(provider, TODAY, [settle(provider, TODAY).lines[1]])
    named = run("reconcile", "--day", "today")
    assert named.exit_code == 1
    assert named.output.splitlines()[0] == "2026-11-22: 1 difference"
    assert "MISSING_AT_PROVIDER" in named.output
    assert sale.sale_id in named.output
    assert "To do: Claim the money" in named.output
    assert max(map(len, named.output.splitlines())) <= 88
    listed = json.loads(run("reconcile", "--day", "today", "--json").output)
    assert [each["effect_minor"] for each in listed["differences"]] == [-12_95]


def test_a_file_is_compared_instead_of_asking(
    desk: Desk, provider: MiniProvider, tmp_path: Path
) -> None:
    sell(desk)
    path = tmp_path / "statement.csv"
    path.write_bytes(written(rows_of(settle(provider, TODAY))))
    provider.statements.clear()
    assert run("reconcile", "--day", "today", "--file", str(path)).exit_code == 0


def test_what_can_not_be_compared_ends_with_two(desk: Desk, tmp_path: Path) -> None:
    sell(desk)
    broken, binary = tmp_path / "broken.csv", tmp_path / "binary.csv"
    broken.write_text("number,kind\n1,payment\n")
    binary.write_bytes(b"\xff\xfe")
    for arguments, code in (
        ([], "BILL_NOT_READY"),
        (["--file", str(broken)], "STATEMENT_FORMAT"),
        (["--file", str(binary)], "ENCODING"),
        (["--url", "http://127.0.0.1:1"], "SERVICE_UNAVAILABLE"),
        (["--url", "http://[::1"], "SERVICE_UNAVAILABLE"),
    ):
        ended = run("reconcile", *arguments)
        assert (ended.exit_code, code in ended.output) == (2, True), ended.output
    assert run("reconcile", "--file", str(tmp_path / "none.csv")).exit_code == 2


def test_an_answer_of_something_else_at_the_address_is_no_agreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = flask.Flask("other")
    other.add_url_rule(
        "/<path:anything>", "any", lambda anything: f"ok {anything}", methods=["POST"]
    )
    stranger = Service(URL, WsgiTransport({URL: other}))
    monkeypatch.setattr(day_end, "till", lambda _: stranger)
    for command in ("reconcile", "day-close"):
        ended = run(command)
        assert (ended.exit_code, "ANSWER_DIFFERS" in ended.output) == (2, True)


def test_yesterday_is_what_is_compared_when_no_day_is_named(
    desk: Desk, provider: MiniProvider
) -> None:
    settle(provider, date(2026, 11, 21))
    del desk
    assert run("reconcile").output.startswith("2026-11-21: both sides agree")
