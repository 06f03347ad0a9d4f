"""Each story has its page with words of its own, each event its row: neither can be forgotten."""

from __future__ import annotations

import re

import pytest

from ledger.protocol.messages import NotificationEvent
from ledger.scenarios import reading, script
from ledger.testing.scenarios.trigger import FACES, events
from tests.tidy.source import ROOT

USE = ROOT / "docs" / "use"
WORDS_LEAST = 15


def test_every_story_has_its_row_with_a_way_to_its_page() -> None:
    text = (USE / "scenarios.md").read_text("utf-8")
    rows = re.findall(
        r"^\| \[`([a-z-]+)`\]\(scenarios/\1\.md\) \| (.*) \| (.*) \|$", text, re.MULTILINE
    )
    stories = [(name, script.load(name)) for name in script.names()]
    assert rows == [(name, story.title, story.why) for name, story in stories]


def test_no_page_is_of_a_story_that_is_gone() -> None:
    assert sorted(page.stem for page in (USE / "scenarios").iterdir()) == script.names()


@pytest.mark.parametrize("name", script.names())
def test_every_page_tells_what_happens_each_step_and_the_end(name: str) -> None:
    story = script.load(name)
    page = reading.page(name, story)
    for told in (story.about, story.end):
        assert len(told.split()) >= WORDS_LEAST
        assert told.strip() in page
    rows = re.findall(r"^\| (\d+) \| \S.* \| (.*) \|$", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(story.steps) + 1))
    for (_, seen), step in zip(rows, story.steps, strict=True):
        assert all(f"`{path}` is" in seen for path in step.expect) or "not arrive" in seen


def test_a_later_attempt_is_told_by_its_number() -> None:
    third = script.Step(told="payment.paid", times=3, expect={"status": 200})
    story = script.Script(title="Third time lucky", why="to count", steps=[third])
    assert "told of `payment.paid`, attempt 3 |" in reading.page("third", story)


def test_every_event_can_be_had_and_has_its_row() -> None:
    assert events() == sorted(NotificationEvent)
    text = (USE / "sandbox.md").read_text("utf-8")
    told = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| ((?:`[a-z]+`(?:, )?)+) \|$", text, re.MULTILINE)
    rows = {f"{event}@{face}" for event, faces in told for face in re.findall(r"[a-z]+", faces)}
    assert rows == set(script.names(script.EVENTS))
    assert {name.partition("@")[2] for name in rows} == set(FACES)
