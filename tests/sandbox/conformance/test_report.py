"""The report says of each mistake what was seen, what it costs and how to play it alone."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ledger.testing.conformance import report, run
from ledger.testing.conformance.run import Outcome, Verdict

FIRST, SECOND, THIRD = run.ALL[:3]
WRONG = Verdict(FIRST, Outcome.FAILED, "the goods were <b>handed over</b> twice, not once", 1.0)
UNPLAYED = Verdict(SECOND, Outcome.ERROR, "TILL_REFUSES: no\x07", 1.0)
RIGHT = Verdict(THIRD, Outcome.PASSED, "", 0.5)


def test_the_page_names_what_is_wrong_and_what_it_costs_before_what_is_right() -> None:
    page = report.page([RIGHT, WRONG, UNPLAYED], "alipay")
    told = [
        "1 passed, 1 failed, 1 could not be played",
        FIRST.title,
        "the goods were &lt;b&gt;handed over&lt;/b&gt; twice",
        FIRST.costs,
        f"--only {FIRST.name}",
        "TILL_REFUSES",
        SECOND.costs,
        "What it does right",
        THIRD.title,
    ]
    places = [page.index(text) for text in told]
    assert places == sorted(places)


def test_the_page_of_a_till_without_mistakes_has_nothing_to_mend() -> None:
    page = report.page([RIGHT], "alipay")
    assert "1 passed, 0 failed" in page
    assert "What to mend" not in page


def test_a_ci_server_reads_what_is_wrong_and_what_it_costs() -> None:
    (suite,) = ET.fromstring(report.junit([WRONG, UNPLAYED, RIGHT], "alipay"))  # noqa: S314
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    wrong, unplayed, right = suite
    assert (wrong.get("name"), wrong[0].get("message")) == (FIRST.name, WRONG.seen)
    assert FIRST.costs in str(wrong[0].text)
    assert (unplayed[0].tag, unplayed[0].get("message")) == ("error", "TILL_REFUSES: no�")
    assert len(right) == 0


def test_a_program_reads_the_same() -> None:
    told = report.told([WRONG, RIGHT], "alipay")
    assert told["summary"] == "1 passed, 1 failed"
    assert told["verdicts"] == [
        {"name": FIRST.name, "outcome": "failed", "seen": WRONG.seen, "costs": FIRST.costs},
        {"name": THIRD.name, "outcome": "passed", "seen": "", "costs": THIRD.costs},
    ]
