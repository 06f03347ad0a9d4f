"""A worker does its job until it is stopped, whatever the job does."""

from __future__ import annotations

import threading

import pytest

from ledger.kit.background import Worker

PATIENCE_S = 60.0
NEVER_S = 3600.0


class CountingJob:
    """A job that counts its runs and lets a test wait for the next."""

    def __init__(self, more: int = 0, fails: int = 0) -> None:
        self.runs = 0
        self._more = more
        self._fails = fails
        self._ran = threading.Semaphore(0)

    def __call__(self) -> bool:
        self.runs += 1
        self._ran.release()
        if self.runs <= self._fails:
            raise RuntimeError("the disk is away")
        return self.runs < self._more

    def wait(self) -> None:
        """Wait for one more run."""
        assert self._ran.acquire(timeout=PATIENCE_S)


def test_a_worker_goes_on_while_there_is_more_and_then_sleeps() -> None:
    job = CountingJob(more=3)
    worker = Worker("test", job, idle_s=NEVER_S)
    worker.start()
    for _ in range(3):
        job.wait()
    worker.stop()
    assert job.runs == 3


def test_a_sleeping_worker_is_woken() -> None:
    job = CountingJob()
    worker = Worker("test", job, idle_s=NEVER_S)
    worker.start()
    job.wait()
    worker.wake()
    job.wait()
    threading.Event().wait(0.05)  # a worker that does not sleep again would run on meanwhile
    worker.stop()
    assert job.runs == 2


def test_a_worker_looks_again_by_itself() -> None:
    job = CountingJob()
    worker = Worker("test", job, idle_s=0.01)
    worker.start()
    for _ in range(3):
        job.wait()
    worker.stop()


def test_a_job_that_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    job = CountingJob(fails=2)
    worker = Worker("notifier", job, idle_s=0.01)
    worker.start()
    for _ in range(3):
        job.wait()
    worker.stop()
    assert caplog.messages == ["notifier failed and will be tried again"] * 2


def test_stopping_waits_for_the_job_in_hand_and_begins_no_other() -> None:
    begun, may_end = threading.Event(), threading.Event()
    runs = []

    def job() -> bool:
        runs.append("begun")
        begun.set()
        assert may_end.wait(PATIENCE_S)
        runs.append("ended")
        return True

    worker = Worker("test", job, idle_s=0.0)
    worker.start()
    assert begun.wait(PATIENCE_S)
    stopper = threading.Thread(target=worker.stop)
    stopper.start()
    may_end.set()
    stopper.join(PATIENCE_S)
    assert not stopper.is_alive()
    assert runs == ["begun", "ended"]
    worker.stop()


def test_a_worker_that_never_began_can_be_stopped() -> None:
    job = CountingJob()
    Worker("test", job, idle_s=NEVER_S).stop()
    assert job.runs == 0
