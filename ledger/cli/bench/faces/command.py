"""``qrpay bench vendors``: what a call by a vendor's face costs, against its signatures alone.

A call is signed and so is its answer; whoever answers has one signature to check and one to make,
and can't be quicker than that. ``openssl speed`` says what these two cost on this machine, in the
same run, in each round. All times are of the processor, microseconds a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from ledger.cli.bench import report
from ledger.cli.bench.machine import this_machine
from ledger.cli.bench.rounds import PROCESSOR, interleaved, median

LIMIT = "openssl speed"


@click.command("vendors")
@click.option(
    "--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="Turns of each."
)
@click.option(
    "--calls", type=click.IntRange(min=1), default=200, show_default=True, help="Calls in a turn."
)
@report.json_option
def vendors(rounds: int, calls: int, *, as_json: bool) -> None:
    """Answer calls of the vendors' APIs, and hold them against `openssl speed`.

    Ends with exit code 1 when the books hold anything but what was acknowledged.
    """
    # Imported here, since these bring the whole ledger, for which `qrpay --help` should not wait.
    from ledger.cli.bench.faces.calls import CROWD, CROWDED, contestants, desk  # noqa: PLC0415
    from ledger.cli.bench.faces.openssl import Rsa, speed  # noqa: PLC0415

    machine = this_machine("cryptography", "flask")
    limits: list[Rsa] = []
    with desk() as here:
        crowds = max(1, calls // CROWD)
        answering = contestants(here, at_most=rounds * calls + 1, crowds=rounds * crowds + 1)
        acts = {LIMIT: lambda: limits.append(speed(1)), **answering}
        at_once = {name: CROWD if CROWDED in name else 1 for name in answering}
        turns = {name: calls if each == 1 else crowds for name, each in at_once.items()}
        taken = interleaved(acts, rounds, calls=turns, clock=PROCESSOR)
        stored = here.prove()
    least = [limit.call_us for limit in limits[1:]]
    spent = {name: [each / 1000 / at_once[name] for each in taken[name]] for name in answering}
    shown = report.table(("", "us", "times"), _rows(least, spent))
    figures = {
        "rounds": rounds,
        "orders_proved": stored,
        "rsa_sign_us": median([limit.sign_us for limit in limits[1:]]),
        "rsa_verify_us": median([limit.verify_us for limit in limits[1:]]),
        **_figures(least, spent),
    }
    report.tell(machine, [shown], figures, as_json=as_json)


def _ratio(taken: Sequence[float], least: Sequence[float]) -> float:
    """Give the median of the ratios within a round, since a round hits all alike."""
    return median([own / limit for own, limit in zip(taken, least, strict=True)])


def _rows(least: list[float], spent: Mapping[str, list[float]]) -> list[Sequence[str]]:
    rows = [(f"{LIMIT}: one checked, one made", f"{median(least):,.0f}", "1.00")]
    for name, taken in spent.items():
        rows.append((name, f"{median(taken):,.0f}", f"{_ratio(taken, least):.2f}"))
    return list(rows)


def _figures(least: list[float], spent: Mapping[str, list[float]]) -> dict[str, float]:
    figures = {}
    for name, taken in spent.items():
        key = name.lower().replace(",", "").replace(" ", "_")
        figures[f"{key}_us"] = round(median(taken), 1)
        figures[f"{key}_per_rsa"] = round(_ratio(taken, least), 2)
    return figures
