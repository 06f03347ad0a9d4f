"""Verdicts on paper: JUnit XML for a CI server, and a page that says what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from ledger.testing.conformance.run import Outcome, Verdict

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  --wrong: #b3261e; --right: #1b6e3c; --quiet: #5c5f66; --line: #8884 }
@media (prefers-color-scheme: dark) {
  :root { --wrong: #ff8a80; --right: #7bd89b; --quiet: #a8abb3 } }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2; margin-bottom: 0 }
.count { font-size: 1.25rem; margin-top: .5rem }
.failed, .error { color: var(--wrong) }
.passed { color: var(--right) }
article { border-left: .3rem solid var(--wrong); padding: .1rem 0 .1rem 1rem; margin: 1.5rem 0 }
article h3 { margin: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
ul { list-style: none; padding: 0 }
li { padding: .4rem 0; border-top: 1px solid var(--line) }
code { color: var(--quiet); overflow-wrap: anywhere }
"""
_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗ failed", Outcome.ERROR: "! could not be played"}


def summary(verdicts: Sequence[Verdict]) -> str:
    """Count them in one sentence."""
    count = {outcome: sum(v.outcome is outcome for v in verdicts) for outcome in Outcome}
    told = f"{count[Outcome.PASSED]} passed, {count[Outcome.FAILED]} failed"
    unplayed = count[Outcome.ERROR]
    return f"{told}, {unplayed} could not be played" if unplayed else told


def told(verdicts: Sequence[Verdict], dialect: str) -> dict[str, object]:
    """Give what a program reads: each verdict with what was seen and what it costs."""
    return {
        "dialect": dialect,
        "summary": summary(verdicts),
        "verdicts": [
            {
                "name": verdict.scenario.name,
                "outcome": verdict.outcome.value,
                "seen": verdict.seen,
                "costs": verdict.scenario.costs,
            }
            for verdict in verdicts
        ],
    }


def junit(verdicts: Sequence[Verdict], dialect: str) -> bytes:
    """Spell verdicts as JUnit XML, as CI servers read it."""
    suite = ET.Element(
        "testsuite",
        name=f"qrpay conformance {dialect}",
        tests=str(len(verdicts)),
        failures=str(sum(v.outcome is Outcome.FAILED for v in verdicts)),
        errors=str(sum(v.outcome is Outcome.ERROR for v in verdicts)),
        time=f"{sum(v.took_s for v in verdicts):.3f}",
    )
    for verdict in verdicts:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"qrpay.{dialect}",
            name=verdict.scenario.name,
            time=f"{verdict.took_s:.3f}",
        )
        if verdict.outcome is not Outcome.PASSED:
            word = "failure" if verdict.outcome is Outcome.FAILED else "error"
            said = ET.SubElement(case, word, message=_printable(verdict.seen))
            said.text = f"{verdict.scenario.title}. It costs: {verdict.scenario.costs}."
    whole = ET.Element("testsuites")
    whole.append(suite)
    ET.indent(whole)
    return DECLARATION + ET.tostring(whole, encoding="unicode").encode()


def page(verdicts: Sequence[Verdict], dialect: str) -> str:
    """Write a page for people, with nothing to load: what is wrong first."""
    wrong = [verdict for verdict in verdicts if verdict.outcome is not Outcome.PASSED]
    right = [verdict for verdict in verdicts if verdict.outcome is Outcome.PASSED]
    worst = "failed" if wrong else "passed"
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(summary(verdicts))}: qrpay conformance, {escape(dialect)}</title>
<style>{_STYLE}</style>
<h1>How this till takes what goes wrong</h1>
<p class="count {worst}">{escape(summary(verdicts))}</p>
<p>Played by <code>qrpay conformance --dialect {escape(dialect)}</code>.</p>
{_part("What to mend", "".join(map(_article, wrong)))}
{_part("What it does right", "".join(map(_line, right)), around="ul")}
</html>
"""


def _part(title: str, content: str, around: str = "div") -> str:
    return f"<h2>{title}</h2>\n<{around}>{content}</{around}>" if content else ""


def _article(verdict: Verdict) -> str:
    scenario = verdict.scenario
    return f"""
<article>
<h3>{escape(scenario.title)}</h3>
<dl>
<dt>Verdict</dt><dd class="{verdict.outcome}">{_SIGNS[verdict.outcome]}</dd>
<dt>What was seen</dt><dd>{escape(verdict.seen)}</dd>
<dt>What it costs</dt><dd><strong>{escape(scenario.costs)}</strong></dd>
<dt>Again, alone</dt><dd><code>--only {escape(scenario.name)}</code></dd>
</dl>
</article>
"""


def _line(verdict: Verdict) -> str:
    scenario = verdict.scenario
    sign = f'<span class="passed">{_SIGNS[Outcome.PASSED]}</span>'
    return f"\n<li>{sign} {escape(scenario.title)} <code>{escape(scenario.name)}</code></li>"


def _printable(text: str) -> str:
    """Leave out what XML can't hold."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
