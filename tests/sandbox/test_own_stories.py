"""A ledger plays stories at its own books when it is told to, and says how they went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.sandbox.control.guard import PREFIX
from ledger.scenarios import script
from ledger.store import MEMORY, open_store
from ledger.testing.accounts import platform_secrets
from tests.sandbox.merchant import merchants_address

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A sandbox at work, and who asks it; gives the status and the answer."""
    folder = tmp_path_factory.mktemp("own-stories")
    settings = Settings(folder, sandbox=True, clock=folder / "clock")
    app = create_app(settings, store=open_store(MEMORY), vendor_keys=platform_secrets())
    token = (folder / "sandbox.token").read_text("ascii")

    def asked(method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = app.test_client().open(
            f"{PREFIX}/{path}", method=method, json=body, headers=headers
        )
        return answer.status_code, json.loads(answer.data)

    yield asked
    ledger_of(app).close()


def test_all_stories_are_listed_and_told_with_their_steps(ask: Ask) -> None:
    _, told = ask("GET", "scenarios")
    assert [each["scenario"] for each in told["scenarios"]] == script.names()
    _, one = ask("GET", "scenarios/lost-answer")
    assert one["title"] == script.load("lost-answer").title
    assert one["steps"][2] == "alipay.trade.pay (no answer comes)"


@pytest.mark.parametrize("name", ["happy", "lost-answer", "notice-late", "wechatpay-refund"])
def test_a_story_is_played_and_its_report_is_the_answer(ask: Ask, name: str) -> None:
    status, told = ask("POST", f"scenarios/{name}/run", {})
    assert (status, told["went"], told["seen"]) == (200, "played", "")
    assert len(told["steps"]) == len(script.load(name).steps)
    _, seen = ask("GET", f"requests?order_no={told['order_no']}")
    assert seen["requests"]


def test_a_story_that_goes_otherwise_is_told_with_the_step_that_broke(ask: Ask) -> None:
    ask("POST", "faults", {"kind": "payer.declines", "payer": "anna"})
    status, told = ask("POST", "scenarios/happy/run", {})
    ask("DELETE", "faults")
    assert (status, told["went"]) == (200, "broken")
    assert "anna: pay" in told["seen"]


def test_the_shop_of_a_story_is_told_at_ones_own_address(ask: Ask) -> None:
    with merchants_address() as address:
        _, told = ask("POST", "scenarios/happy/run", {"notify_url": address.url})
        assert told["went"] == "played"
        assert [form["out_trade_no"] for form in address.forms] == [told["order_no"]]


def test_what_is_no_story_is_refused_by_name(ask: Ask) -> None:
    status, told = ask("POST", "scenarios/never/run", {})
    assert (status, told["code"]) == (404, "SCENARIO_UNKNOWN")
