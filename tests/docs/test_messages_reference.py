"""The reference of signed messages and requests shows what the published vectors say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ledger.protocol.messages import NotificationEvent
from ledger.protocol.signing import Domain
from tests.tidy.source import ROOT

MESSAGES = (ROOT / "docs" / "reference" / "messages.md").read_text("utf-8")
REQUESTS = (ROOT / "docs" / "reference" / "http-signatures.md").read_text("utf-8")


def vector(file: str, name: str) -> Any:  # noqa: ANN401 (free JSON)
    content = json.loads((ROOT / "tests" / "vectors" / f"{file}.json").read_text("utf-8"))
    return next(found for found in content["vectors"] if found["id"] == name)


KINDS = {
    "PaymentRequest": "request",
    "Authorisation": "authorisation-funded",
    "Receipt": "receipt-funded",
    "Notification": "notification-funded",
}


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_a_message_is_documented_line_by_line(kind: str, name: str) -> None:
    section = MESSAGES.split(f"### {kind}\n")[1].split("\n#")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert_documented(kind, documented, vector("messages", name)["input"]["text"])


def test_the_head_is_documented_line_by_line() -> None:
    section = MESSAGES.split("### Head\n")[1].split("\n#")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert_documented("Head", documented, vector("chain", "heads")["input"]["heads"][0]["text"])


def assert_documented(kind: str, documented: list[str], text: str) -> None:
    first, *lines = text.splitlines()
    assert documented == [line.partition("=")[0] for line in lines]
    assert f"[`{kind}`](#{kind.lower()})" in MESSAGES
    assert f"| `{first.removeprefix('type=')}` |" in MESSAGES


def test_every_event_and_every_purpose_is_documented() -> None:
    words = [*NotificationEvent, *Domain]
    assert [word for word in words if f"`{word}`" not in MESSAGES] == []


def test_the_example_receipt_is_the_one_of_the_vectors() -> None:
    receipt = vector("messages", "receipt")["input"]
    assert f"```text\n{receipt['text']}```" in MESSAGES
    assert f"`{receipt['signature']}`" in MESSAGES
    assert f"`{receipt['key_id']}`" in MESSAGES


def test_the_example_request_is_the_one_of_the_vectors() -> None:
    post = vector("http_requests", "post")
    shown = [f"{name}: {value}" for name, value in post["input"]["headers"].items()]
    assert [line for line in shown if line not in REQUESTS.splitlines()] == []
    assert f"```text\n{post['values']['signature_base']}\n```" in REQUESTS
    assert f"\n\n{post['input']['body']}\n```" in REQUESTS
