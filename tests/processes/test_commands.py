"""``qrpay up``, ``status``, ``pay``, ``down`` and ``demo`` as a shell script would use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import wechatpay_till
from tests.processes.services import (
    COMMAND_WITHIN_S,
    FREE_PORTS,
    PARTIES,
    QRPAY,
    Services,
    nothing_left_running,
    processes_of,
    qrpay,
    wait_for,
)


def test_status_says_where_the_three_services_answer(services: Services) -> None:
    told = qrpay("status", "--json", data=services.data)
    status = json.loads(told.stdout)
    assert told.returncode == 0
    assert status["running"]
    assert {party: status[party]["url"] for party in PARTIES} == services.urls
    assert all(status[party]["healthy"] for party in PARTIES)
    assert all(services.ask(party, "/health").json["service"] == party for party in PARTIES)
    in_words = qrpay("status", data=services.data).stdout
    assert in_words.count("ready") == 3


@pytest.mark.parametrize(
    ("mode", "amount", "total_minor"),
    [
        pytest.param("scan", "12.95", 12_95, id="the payer scans"),
        pytest.param("at-once", "7.50", 7_50, id="the payer pays at once"),
        pytest.param("code", "4.50", 4_50, id="the payer shows a code"),
        pytest.param("code", "60.00", 60_00, id="the payer shows a code and is asked"),
        pytest.param("sticker", "0.99", 99, id="the payer scans a sticker"),
    ],
)
def test_pay_pays_and_ends_with_0(
    services: Services, mode: str, amount: str, total_minor: int
) -> None:
    paid = qrpay("pay", amount, "--mode", mode, "--as", "anna", "--json", data=services.data)
    assert paid.returncode == 0, paid.stderr
    told = json.loads(paid.stdout)
    assert told["paid"]
    assert (told["sale"]["state"], told["sale"]["total_minor"]) == ("PAID", total_minor)
    in_books = qrpay("ledger", "journal", "--json", "--limit", 1, data=services.data).stdout
    assert json.loads(in_books)[0]["payment_id"] == told["sale"]["collection"]["payment_id"]


def test_who_pays_in_another_currency_at_once_is_shown_the_offer_first(
    services: Services,
) -> None:
    paid = qrpay("pay", "7.50", "--mode", "at-once", "--as", "li-wei", data=services.data)
    assert paid.returncode == 0, paid.stderr
    assert "asks for the offer" in paid.stdout
    assert "CNY" in paid.stdout


def test_pay_tells_its_story_in_words(services: Services) -> None:
    told = qrpay("pay", "1.00", data=services.data)
    assert told.returncode == 0
    assert "the sale is PAID" in told.stdout


def test_a_payment_that_was_refused_ends_with_1_and_says_why(services: Services) -> None:
    refused = qrpay("pay", "80.00", "--as", "chen-jing", data=services.data)
    assert refused.returncode == 1
    assert "NOT_ENOUGH_FUNDS" in refused.stderr


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        pytest.param(["pay", "12,95"], 1, "AMOUNT_FORMAT", id="a comma"),
        pytest.param(["pay", "１２.９５"], 1, "AMOUNT_FORMAT", id="full-width digits"),
        pytest.param(["pay", "12.955"], 1, "AMOUNT_SCALE", id="half a cent"),
        pytest.param(["pay", "0.00"], 1, "AMOUNT_OUT_OF_RANGE", id="nothing"),
        pytest.param(["pay", "1.00", "--as", "nobody"], 1, "WALLET_NOT_FOUND", id="a stranger"),
        pytest.param(
            ["wallet", "pay", "x", "--as", "nobody"],
            1,
            "nobody; there are li-wei, anna, chen-jing",
            id="a stranger, and who else there is",
        ),
        pytest.param(["pay", "1.00", "--mode", "cash"], 2, "--mode", id="another way to pay"),
        pytest.param(["pay"], 2, "AMOUNT", id="no amount"),
    ],
)
def test_a_wrong_command_line_is_refused_by_name(
    services: Services, words: list[str], exit_code: int, says: str
) -> None:
    refused = qrpay(*words, data=services.data)
    assert (refused.returncode, says in refused.stderr) == (exit_code, True), refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("words", "state", "told"),
    [((), "PAID", "SUCCESS"), (("--no",), "DECLINED", "PAYERROR")],
    ids=["yes", "no"],
)
@pytest.mark.parametrize("till", [wechatpay_till.ByV3, wechatpay_till.ByV2])
def test_the_payer_answers_a_till_of_wechat_pay(
    services: Services,
    till: type[wechatpay_till.ByV3 | wechatpay_till.ByV2],
    words: tuple[str, ...],
    state: str,
    told: str,
) -> None:
    sale = till(services.urls["ledger"], f"{till.__name__}-{state}")
    shown = qrpay("wallet", "code", "--for", "wechatpay", data=services.data).stdout.strip()
    assert sale.collect(shown) == "USERPAYING"
    assert sale.query() == "USERPAYING"
    answered = qrpay("wallet", "answer", "--json", *words, data=services.data)
    assert answered.returncode == 0, answered.stderr
    assert json.loads(answered.stdout)["state"] == state
    assert sale.query() == told


def test_time_passes_for_all_three_parties_at_once(services: Services) -> None:
    sale = services.till.ring_up(12_95)
    services.till.show(sale)
    code = services.till.code(sale)
    moved = qrpay("clock", "--advance", "3m", "--json", data=services.data)
    assert json.loads(moved.stdout)["ahead_ms"] == 180_000
    assert services.phone("anna").scan(code).said == (410, "QR_EXPIRED")
    wait_for("the till gives the code up", lambda: services.till.state(sale) == "OPEN")
    assert "0.1 hours ahead" in qrpay("clock", data=services.data).stdout


def test_a_second_up_on_the_same_data_is_refused(services: Services) -> None:
    before = processes_of(services.data)
    second = qrpay("up", "--detach", *FREE_PORTS, data=services.data)
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert processes_of(services.data) == before


@pytest.mark.parametrize("party", PARTIES)
def test_a_second_service_on_the_same_data_is_refused_by_the_file_itself(
    services: Services, party: str
) -> None:
    second = subprocess.run(  # noqa: S603 (the product's own module)
        [sys.executable, "-m", party, "serve"],
        env={
            **os.environ,
            "QRPAY_HOME": str(services.data),
            f"QRPAY_{party.upper()}_PORT": "0",
            "QRPAY_POS_LEDGER_URL": services.urls["ledger"],
            "QRPAY_WALLET_LEDGER_URL": services.urls["ledger"],
        },
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )
    assert second.returncode != 0
    assert "STORE_IN_USE" in second.stderr
    assert services.ask(party, "/health").status == 200


@pytest.mark.parametrize("party", PARTIES)
def test_a_port_that_is_taken_is_named_and_nothing_stays_behind(
    services: Services, party: str, tmp_path: Path
) -> None:
    taken = services.urls[party].rpartition(":")[2]
    ports = [*FREE_PORTS, f"--{party}-port", taken]
    with nothing_left_running(tmp_path):
        refused = qrpay("up", "--detach", *ports, data=tmp_path)
    assert refused.returncode != 0
    assert "PORT_TAKEN" in refused.stderr
    assert taken in refused.stderr
    assert "Traceback" not in refused.stderr
    assert qrpay("status", data=tmp_path).returncode == 3


def test_the_books_are_sound_and_their_accounts_sum_to_zero(services: Services) -> None:
    assert services.audit() == {"sound": True, "checks": services.audit()["checks"], "findings": []}
    told = qrpay("ledger", "accounts", "--json", data=services.data)
    assert set(json.loads(told.stdout)["sums"].values()) == {0}


@pytest.mark.parametrize("words", [("pay", "1.00"), ("down",), ("status",), ("ledger", "audit")])
def test_without_services_a_command_ends_with_3_and_names_the_way_out(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    told = qrpay(*words, data=tmp_path)
    assert told.returncode == 3
    assert "qrpay up" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


@contextmanager
def up_begun(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A terminal in which `qrpay up` has just been asked for."""
    started_deaf = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a script's "qrpay up &" is
    with nothing_left_running(data):
        try:
            foreground = subprocess.Popen(  # noqa: S603 (the product's own command)
                [QRPAY, "up", *FREE_PORTS],
                env={**os.environ, "QRPAY_HOME": str(data)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        finally:
            signal.signal(signal.SIGINT, started_deaf)
        yield foreground


@contextmanager
def up_in_the_foreground(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A terminal in which `qrpay up` keeps the services running."""
    with up_begun(data) as foreground:
        wait_for("all are up", lambda: qrpay("status", data=data).stdout.count("ready") == 3)
        yield foreground


@pytest.mark.parametrize("ends_it", [signal.SIGINT, signal.SIGTERM])
def test_up_that_is_stopped_while_it_starts_leaves_nothing(
    tmp_path: Path, ends_it: signal.Signals
) -> None:
    with up_begun(tmp_path) as foreground:
        wait_for("one is starting", lambda: len(processes_of(tmp_path)) > 1)
        foreground.send_signal(ends_it)
        _, said = foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 1
    assert b"Aborted" in said
    assert qrpay("up", "--detach", *FREE_PORTS, data=tmp_path).returncode == 0
    assert qrpay("down", data=tmp_path).returncode == 0


def test_up_whose_words_nobody_reads_leaves_nothing(tmp_path: Path) -> None:
    with up_begun(tmp_path) as foreground:
        assert foreground.stdout is not None
        foreground.stdout.close()  # as of "qrpay up | head -1"
        foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 1
    assert qrpay("status", data=tmp_path).returncode == 3


@pytest.mark.parametrize("ends_it", [signal.SIGINT, signal.SIGTERM])
def test_up_in_the_foreground_is_stopped_and_leaves_nothing(
    tmp_path: Path, ends_it: signal.Signals
) -> None:
    with up_in_the_foreground(tmp_path) as foreground:
        foreground.send_signal(ends_it)
        _, said = foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 0
    assert b"Stopping" in said
    assert qrpay("status", data=tmp_path).returncode == 3


def test_up_in_the_foreground_says_that_down_has_stopped_it(tmp_path: Path) -> None:
    with up_in_the_foreground(tmp_path) as foreground:
        assert qrpay("down", data=tmp_path).returncode == 0
        _, said = foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 0
    assert b"Stopped by `qrpay down`." in said


def test_up_in_the_foreground_names_the_service_that_died_and_ends_the_others(
    tmp_path: Path,
) -> None:
    with up_in_the_foreground(tmp_path) as foreground:
        status = json.loads(qrpay("status", "--json", data=tmp_path).stdout)
        os.kill(status["wallet"]["pid"], signal.SIGKILL)
        _, said = foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 1
    assert b"wallet ended unexpectedly" in said
    assert qrpay("status", data=tmp_path).returncode == 3


def test_services_that_all_died_were_not_stopped_by_a_down_that_found_nothing(
    tmp_path: Path,
) -> None:
    with up_in_the_foreground(tmp_path) as foreground:
        status = json.loads(qrpay("status", "--json", data=tmp_path).stdout)
        foreground.send_signal(signal.SIGSTOP)  # so that `qrpay down` looks first
        for party in PARTIES:
            os.killpg(status[party]["pid"], signal.SIGKILL)
        wait_for("all are gone", lambda: qrpay("status", data=tmp_path).returncode == 3)
        assert qrpay("down", data=tmp_path).returncode == 3
        foreground.send_signal(signal.SIGCONT)
        _, said = foreground.communicate(timeout=COMMAND_WITHIN_S)
    assert foreground.returncode == 1
    assert b"ledger, pos, wallet ended unexpectedly" in said


def test_down_stops_everything_and_the_data_stay(tmp_path: Path) -> None:
    with nothing_left_running(tmp_path):
        services = Services(tmp_path)
        services.up(*FREE_PORTS)
        assert qrpay("pay", "1.00", data=tmp_path).returncode == 0
        stopped = qrpay("down", data=tmp_path)
    assert stopped.returncode == 0
    assert qrpay("down", data=tmp_path).returncode == 3
    assert services.audit()["sound"]
    assert json.loads(qrpay("ledger", "journal", "--json", data=tmp_path).stdout)[0]["payment_id"]
