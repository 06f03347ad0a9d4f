"""``python -m bench.month --events 100000``: a month of trade, settled, reconciled and audited."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

from bench.month.run import memory_mib, play
from ledger.ops.audit import audit
from ledger.store import open_store


def main() -> None:
    """Play it and print what it cost; ends with 1 where anything is not as it should be."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--store", default="", help="URL of an empty database, else a file is made")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(words.store or Path(folder) / "books.db")
        month = play(store, seed=words.seed, events=words.events, tell=print)
        for what, counts in (
            ("done", month.done),
            ("refused", month.refused),
            ("settled", month.office.counts),
        ):
            print(f"{what}: {dict(counts.most_common())}")
        began = perf_counter()
        wrong = [*map(str, audit(store)), *month.office.differences]
        print(f"audited in {perf_counter() - began:,.0f} s, {memory_mib():,.1f} MiB")
        store.close()
    if wrong:
        raise SystemExit("\n".join([f"{len(wrong)} findings, the first ones:", *wrong[:5]]))
    print("the books hold, and agree with every shop's")


if __name__ == "__main__":
    main()
