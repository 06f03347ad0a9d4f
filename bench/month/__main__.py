"""A month of trade on the virtual clock, settled, reconciled and audited.

    python -m bench.month --events 100000
    python -m bench.month --events 100000 --store postgres

Ends with 1 where anything is not as it should be.
"""

from __future__ import annotations

import argparse
from time import perf_counter

from bench.month.run import memory_mib, play
from bench.place import fresh_place
from ledger.ops.audit import audit
from ledger.store import open_store


def main() -> None:
    """Play it and print what it cost."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--store", default="file", help="file, postgres, or the URL of an empty database"
    )
    words = asked.parse_args()
    with fresh_place(words.store) as place:
        store = open_store(place)
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
