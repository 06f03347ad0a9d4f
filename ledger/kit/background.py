"""One job done over and over on a thread of its own, until it is told to stop.

A job does a bounded amount of work and says whether there may be more. Between jobs the thread
sleeps ``idle_s``, or until somebody wakes it. A failure is logged and tried again later: whatever
happens, there must be somebody who delivers notifications tomorrow.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

LOGGER = logging.getLogger("qrpay.background")

Job = Callable[[], bool]
"""Does a bounded amount of work; True when there may be more of it right now."""


class Worker:
    """A thread that does one job; started once, woken often, stopped once."""

    def __init__(self, name: str, job: Job, *, idle_s: float) -> None:
        self.name = name
        self._job = job
        self._idle_s = idle_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Let the job be done now rather than after the pause."""
        self._wake.set()

    def stop(self) -> None:
        """Wait for the job in hand to end, and begin no other; a second call does nothing."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()  # before the job, so that a call meanwhile is not slept over
            if not self._did_more():
                self._wake.wait(self._idle_s)

    def _did_more(self) -> bool:
        try:
            return self._job()
        except Exception:
            LOGGER.exception("%s failed and will be tried again", self.name)
            return False
