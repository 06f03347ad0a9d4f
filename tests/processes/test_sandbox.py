"""The services of ``qrpay up`` steered at the terminal: broken, listened to, moved in time."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ledger.cli import Exit, main
from ledger.kit.clock import SharedClock
from ledger.protocol.instants import HOUR, MINUTE
from tests.processes.services import COMMAND_WITHIN_S, QRPAY, Services, wait_for
from tests.sandbox.merchant import merchants_address, wechat_request

_LOOKS = """
import os, urllib.request
urllib.request.urlopen(os.environ["QRPAY_SANDBOX_URL"] + "/v1/keys").read()
"""
"""A program of somebody's that asks for the provider's keys."""


def said(services: Services, *words: str) -> str:
    done = CliRunner().invoke(main, [*words, "--data", str(services.data)])
    assert done.exit_code == 0, done.output
    return done.stdout


def told(services: Services, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(services, *words, "--json"))
    return found


def shown_code(services: Services, order_no: str) -> str:
    """A till of WeChat Pay's shows a code; the code."""
    now = SharedClock(services.data / "clock").now()
    target, body, headers = wechat_request(now, order_no, "http://127.0.0.1:9/named")
    asked = urllib.request.Request(f"{services.urls['ledger']}{target}", body, headers)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=COMMAND_WITHIN_S) as answer:  # noqa: S310
        return str(json.load(answer)["code_url"])


def test_an_answer_breaks_off_and_the_order_is_there(services: Services) -> None:
    fault = told(services, "fault", "add", "answer.lost", "--order", "lost-0001", "--times", "1")
    assert fault["kind"] == "answer.lost"
    assert "answer.lost, order_no lost-0001, 1 times" in said(services, "fault", "list")
    with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
        shown_code(services, "lost-0001")
    assert told(services, "fault", "list")["faults"] == []
    assert shown_code(services, "lost-0001").startswith("weixin://")
    lines = said(services, "logs", "tail", "--no-follow", "--order", "lost-0001").splitlines()
    assert [("[answer.lost]" in line) for line in lines] == [True, False]


def test_what_merchants_are_told_comes_to_my_own_address(services: Services) -> None:
    with merchants_address() as address:
        address.status = 204
        listening = subprocess.Popen(  # noqa: S603 (the product's own command)
            [QRPAY, "listen", "--forward-to", address.url, "--count", "1"],
            env={**os.environ, "QRPAY_HOME": str(services.data)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with listening:
            assert listening.stderr is not None
            assert "Forwarding" in listening.stderr.readline()
            services.phone("li-wei").pay(shown_code(services, "told-0001"))
            out, _ = listening.communicate(timeout=COMMAND_WITHIN_S)
        assert "payment.paid" in out
        assert "told-0001" in out
        assert len(address.bodies) == 1


def test_attempts_are_listed_shown_made_again_and_played_on_the_clock(services: Services) -> None:
    services.phone("li-wei").pay(shown_code(services, "day-0001"))
    moved = told(services, "clock", "--advance", "25h")
    assert moved["ahead_ms"] == 25 * HOUR
    attempts = told(services, "events", "list", "--order", "day-0001")["notifications"]
    assert [each["about"][0]["attempt"] for each in attempts] == list(range(1, 17))
    shown = json.loads(said(services, "events", "show", str(attempts[0]["number"])))
    assert (shown["url"], shown["status"]) == ("http://127.0.0.1:9/named", 0)
    told(services, "events", "resend", str(attempts[0]["number"]))
    again = told(services, "events", "list", "--order", "day-0001")["notifications"]
    assert again[-1]["about"][0]["attempt"] == 1


def clocks(services: Services) -> set[str]:
    """What the three parties show as the time."""
    shown = set()
    for url in services.urls.values():
        with urllib.request.urlopen(f"{url}/health", timeout=COMMAND_WITHIN_S) as answer:  # noqa: S310
            shown.add(json.load(answer)["clock"])
    return shown


def test_time_stands_still_and_runs_fast_for_all_three_parties(services: Services) -> None:
    till = services.till
    frozen = told(services, "clock", "freeze")
    assert frozen["speed"] == 0
    paid, code = till.new_code(12_95)
    services.phone("anna").pay(code)
    wait_for("a sale is paid while time stands still", lambda: till.state(paid) == "PAID")
    shown, code = till.new_code(12_95)
    assert clocks(services) == {frozen["now"]}
    assert "going 300 times as fast" in said(services, "clock", "speed", "300")
    wait_for("the till gives the code up", lambda: till.state(shown) == "OPEN")
    gone = told(services, "clock", "unfreeze")
    assert (gone["speed"], gone["ahead_ms"] > frozen["ahead_ms"] + MINUTE) == (1, True)
    assert services.phone("anna").scan(code).said == (410, "QR_EXPIRED")


def test_options_of_an_act_of_the_clocks_stand_behind_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["clock", "--data", str(tmp_path), "freeze"])
    assert done.exit_code == Exit.USAGE
    assert told_speed(tmp_path, "freeze") == 0
    assert told_speed(tmp_path, "speed", "60") == 60


def told_speed(data: Path, *words: str) -> int:
    """Lead the clock of services that do not run; how fast it goes then."""
    done = CliRunner().invoke(main, ["clock", *words, "--data", str(data), "--json"])
    return int(json.loads(done.stdout)["speed"])


def test_what_a_program_did_is_told_by_its_traffic(services: Services) -> None:
    told(services, "fault", "add", "answer.lost", "--order", "twice-0001", "--times", "1")
    with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
        shown_code(services, "twice-0001")
    shown_code(services, "twice-0001")
    words = ["checklist", "--face", "wechatpay", "--data", str(services.data)]
    done = CliRunner().invoke(main, words)
    assert "[x] Who tries again after a lost answer takes the same number" in done.output
    assert "request " in done.output
    [found] = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)["checklists"]
    violated = [each["name"] for each in found["points"] if each["verdict"] == "violated"]
    assert done.exit_code == (Exit.FAILED if violated else Exit.OK)


def test_programs_are_told_where_to_steer(services: Services) -> None:
    steered = told(services, "status")["sandbox"]
    assert steered["url"].endswith("/_sandbox/v1")
    assert "wallet.offline" in said(services, "fault", "list", "--kinds")
    assert told(services, "fault", "clear")["faults"] == []


def test_without_services_a_command_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["fault", "list", "--data", str(tmp_path)])
    assert done.exit_code == Exit.NOT_RUNNING


def test_the_shell_is_taught_to_complete() -> None:
    done = CliRunner().invoke(main, ["completion", "bash"])
    assert "_QRPAY_COMPLETE=bash_complete" in done.output


def test_a_story_is_played_recorded_and_played_again(services: Services, tmp_path: Path) -> None:
    story = told(services, "scenario", "run", "happy")
    assert (story["went"], len(story["steps"])) == ("played", 5)
    file = str(tmp_path / "session.json")
    for words in (["record", file, "--play", "happy"], ["check", file]):
        done = CliRunner().invoke(main, ["scenario", *words, "--json"])
        assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"file": file, "same": True, "calls": 4, "posts": 1}
    triggered = told(services, "trigger", "refund.succeeded", "--face", "wechatpay")
    assert triggered["went"] == "played"
    drawn = said(services, "export", story["order_no"], "--as", "mermaid")
    assert "Provider->>Till: payment.paid" in drawn
    own = [sys.executable, "-c", _LOOKS]
    done = CliRunner().invoke(main, ["scenario", "record", file, "--", *own])
    assert done.exit_code == 0, done.output
    assert "1 calls, 0 notifications" in done.output
