"""The matrix as one HTML page: no script, no outside resource, to be read by eye and by ear.

Every cell says in words what its colour says; rows and columns have their headers (WCAG 2.2,
success criteria 1.3.1 and 1.4.1).
"""

from __future__ import annotations

from html import escape

from ledger.cli.privacy.matrix import Cell, Matrix

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: start; font-weight: bold; padding-block: .5rem; }
th, td { border: 1px solid GrayText; padding: .4rem .6rem; text-align: start; vertical-align: top; }
thead th { min-width: 7rem; }
.known { background: #dbe9f6; color: #10202e; }
.leaked { background: #8b0000; color: #fff; font-weight: bold; }
.missing { background: #fff3c4; color: #2b2100; }
small { display: block; }
"""


def page(matrix: Matrix, made_at: str) -> str:
    """Write the page; ``made_at`` is the instant of the report as text."""
    head = "".join(f'<th scope="col">{escape(place)}</th>' for place in matrix.places)
    rows = "".join(_row(fact, matrix.row(fact)) for fact in matrix.facts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>qrpay: who learns what</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Who learns what</h1>
<p>{escape(_verdict(matrix))}</p>
<p>Made {escape(made_at)}: everything that can happen at a till happened once, with facts that are
words found nowhere else; then every byte of all stores, logs and wires was searched for them.</p>
<div class="wide" role="region" aria-label="the matrix" tabindex="0">
<table>
<caption>Which fact can be read where, and why</caption>
<thead><tr><th scope="col">fact</th>{head}</tr></thead>
<tbody>{rows}</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def _verdict(matrix: Matrix) -> str:
    if matrix.holds:
        return "Each place holds exactly what is expected of it."
    leaks, missing = len(matrix.leaks), len(matrix.missing)
    return f"{leaks} facts stand where nobody expects them, {missing} are not where they should be."


def _row(fact: str, cells: list[Cell]) -> str:
    filled = "".join(_cell(cell) for cell in cells)
    return f'<tr><th scope="row">{escape(fact)}</th>{filled}</tr>\n'


def _cell(cell: Cell) -> str:
    because = f"<small>{escape(cell.because)}</small>"
    if cell.leaked:
        return '<td class="leaked">leaked</td>'
    if cell.missing:
        return f'<td class="missing">missing{because}</td>'
    if cell.found:
        return f'<td class="known">yes{because}</td>'
    return "<td>no</td>"
