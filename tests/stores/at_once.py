"""Do one thing in many threads that all start together."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from ledger.protocol.errors import QrpayError


def at_once(count: int, action: Callable[[int], str]) -> Counter[str]:
    """Run an action in many threads that all start together; how often each outcome came."""
    ready = threading.Barrier(count)
    outcomes: list[str] = [""] * count

    def run(number: int) -> None:
        ready.wait()
        try:
            outcomes[number] = action(number)
        except QrpayError as error:
            outcomes[number] = error.code

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)
