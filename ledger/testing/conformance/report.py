"""Verdicts on paper: JUnit XML for a CI server, and a page that says what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from ledger.testing.conformance.run import Outcome, Verdict

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-bottom: 1px solid #8888 }
.failed, .error { font-weight: bold }
code { overflow-wrap: anywhere }
"""
_SIGNS = {Outcome.PASSED: "✓ passed", Outcome.FAILED: "✗ failed", Outcome.ERROR: "! error"}


def summary(verdicts: Sequence[Verdict]) -> str:
    """Count them in one sentence."""
    count = {outcome: sum(v.outcome is outcome for v in verdicts) for outcome in Outcome}
    return ", ".join(f"{number} {outcome}" for outcome, number in count.items())


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
    """Write a page for people, with nothing to load."""
    rows = "\n".join(map(_row, sorted(verdicts, key=lambda v: v.outcome is Outcome.PASSED)))
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>qrpay conformance: {escape(dialect)}</title>
<style>{_STYLE}</style>
<h1>How this till takes what goes wrong</h1>
<p>{escape(dialect)}: {escape(summary(verdicts))}.</p>
<table>
<thead><tr><th scope="col">Verdict</th><th scope="col">What happened</th>
<th scope="col">What was seen</th><th scope="col">What it costs to get it wrong</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</html>
"""


def _row(verdict: Verdict) -> str:
    scenario = verdict.scenario
    return (
        f'<tr><td class="{verdict.outcome}">{_SIGNS[verdict.outcome]}</td>'
        f"<td>{escape(scenario.title)}<br><code>{escape(scenario.name)}</code></td>"
        f"<td>{escape(verdict.seen)}</td><td>{escape(scenario.costs)}</td></tr>"
    )


def _printable(text: str) -> str:
    """Leave out what XML can't hold."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
