"""The figures of a run: as tables for people, by name for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from ledger.cli.bench import report
from ledger.cli.bench.checkout.driver.play import Played
from ledger.cli.bench.checkout.limits import CHECKED, REQUESTS, SIGNED, Limits
from ledger.cli.bench.checkout.memory import Soak
from ledger.cli.bench.checkout.proof import Proof
from ledger.protocol.signing.algorithms import ed25519


@dataclass(frozen=True)
class Measured:
    """One run: what was asked for, what came of it, what each party's processor took.

    ``acknowledged`` counts the warming up, too, since the books hold it as well.
    """

    asked: Mapping[str, object]
    played: Played
    acknowledged: int
    taken_s: Mapping[str, float]
    bound: Limits
    cores: int
    proved: Proof
    soaked: Soak | None = None

    @property
    def share_of_limit(self) -> float:
        """How much of the machine's bound was reached."""
        return self.played.rate / self.bound.checkouts_per_s(self.cores)

    @property
    def necessary_share(self) -> float:
        """How much of the processor time was necessary; other programs don't change that."""
        return self.bound.checkout_us / max(1, sum(self.taken_us().values()))

    def taken_us(self) -> dict[str, int]:
        """Tell the microseconds of processor time a checkout takes, by party."""
        count = max(1, len(self.played.acknowledged))
        return {party: round(taken / count * 1e6) for party, taken in self.taken_s.items()}


def figures(measured: Measured) -> dict[str, object]:
    """Name every figure."""
    played, proved, bound = measured.played, measured.proved, measured.bound
    taken_us = measured.taken_us()
    return {
        **measured.asked,
        "checkouts_per_s": round(played.rate, 1),
        "p50_ms": round(played.percentile_ms(50), 2),
        "p99_ms": round(played.percentile_ms(99), 2),
        "measured_s": round(played.seconds, 2),
        "refused": dict(played.refused),
        "not_begun": played.left,
        "acknowledged": measured.acknowledged,
        "stored": proved.stored,
        "postings_sum_minor": proved.postings_sum_minor,
        "untold": proved.untold,
        "findings": [str(each) for each in proved.findings],
        "cpu_us_per_checkout": {**taken_us, "all": sum(taken_us.values())},
        "limits": {
            **{name: round(value, 1) for name, value in asdict(bound).items()},
            "checkouts_per_s": round(bound.checkouts_per_s(measured.cores), 1),
        },
        "share_of_limit": round(measured.share_of_limit, 3),
        "necessary_share": round(measured.necessary_share, 3),
        "backend": ed25519.LIBRARY.name.partition(" ")[0].lower(),
        **_soaked(measured.soaked),
    }


def _soaked(soak: Soak | None) -> dict[str, object]:
    if soak is None:
        return {}
    return {"memory_mib": soak.held_mib, "memory_growth": soak.growth()}


def tables(measured: Measured) -> Iterator[str]:
    """Show the run, what it took, what bounds it, and what was proved."""
    yield _speed(measured.played)
    yield _processor(measured)
    yield _bounds(measured)
    yield _afterwards(measured)
    if measured.soaked is not None:
        heads = ("memory, MiB, after", *measured.soaked.held_mib)
        yield report.table(heads, measured.soaked.rows())


def _speed(played: Played) -> str:
    refused = ", ".join(f"{count} {code}" for code, count in played.refused.items()) or "0"
    return report.table(
        ("checkouts", ""),
        [
            ("a second", f"{played.rate:,.1f}"),
            ("half of them within, ms", f"{played.percentile_ms(50):,.1f}"),
            ("99 % of them within, ms", f"{played.percentile_ms(99):,.1f}"),
            ("done", f"{len(played.acknowledged):,}"),
            ("refused", refused),
            ("due and not begun", f"{played.left:,}"),
        ],
    )


def _processor(measured: Measured) -> str:
    taken_us = measured.taken_us()
    return report.table(
        ("processor time of one checkout", "µs"),
        [
            *((party, f"{taken:,}") for party, taken in taken_us.items()),
            ("all", f"{sum(taken_us.values()):,}"),
            ("necessary of it: signatures, HTTP", f"{measured.bound.checkout_us:,.0f}"),
        ],
    )


def _bounds(measured: Measured) -> str:
    bound, cores = measured.bound, measured.cores
    each = f"{SIGNED} made, {CHECKED} checked, {REQUESTS} requests each"
    return report.table(
        ("what this machine could do", "a second"),
        [
            (f"signatures made ({ed25519.LIBRARY.name}), one core", f"{bound.signed_per_s:,.0f}"),
            ("signatures checked, one core", f"{bound.checked_per_s:,.0f}"),
            ("bare HTTP requests, one core", f"{bound.requests_per_s:,.0f}"),
            ("4 KiB onto the disk", f"{bound.synced_per_s:,.0f}"),
            (f"{cores} cores, {each}", f"{bound.checkouts_per_s(cores):,.0f}"),
            ("share of that reached", f"{measured.share_of_limit:.1%}"),
        ],
    )


def _afterwards(measured: Measured) -> str:
    proved = measured.proved
    return report.table(
        ("afterwards", ""),
        [
            ("acknowledged, with the warming up", f"{measured.acknowledged:,}"),
            ("paid in the books", f"{proved.stored:,}"),
            ("in one and not in the other", f"{len(proved.missing) + len(proved.unasked):,}"),
            ("sum of all postings", f"{proved.postings_sum_minor:,}"),
            ("notifications no till has taken", f"{proved.untold:,}"),
            ("findings of the audit", f"{len(proved.findings):,}"),
        ],
    )
