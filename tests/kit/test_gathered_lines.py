"""Lines of the log go to their stream together, and none of them is lost or torn."""

from __future__ import annotations

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from ledger.kit.web.gathered_lines import GatheredLines

PATIENCE_S = 20.0


def handle(handler: logging.Handler, text: str, level: int = logging.INFO) -> None:
    handler.handle(logging.LogRecord("a log", level, "", 0, text, None, None))


class Watched(io.StringIO):
    """A stream that nobody reads until it is let go, and that tells when something was written."""

    def __init__(self, *, is_taken: bool) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.written = threading.Event()
        self.calls = 0
        if is_taken:
            self.let_go.set()

    def write(self, text: str, /) -> int:
        assert self.let_go.wait(PATIENCE_S)
        self.calls += 1
        count = super().write(text)
        self.written.set()
        return count


def test_lines_of_many_threads_all_appear_whole_and_many_at_once() -> None:
    stream = Watched(is_taken=True)
    handler = GatheredLines(stream)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: handle(handler, f"line {number}"), range(5_000)))
    handler.flush()
    assert sorted(stream.getvalue().splitlines()) == sorted(f"line {n}" for n in range(5_000))
    assert stream.calls < 5_000


def test_a_line_by_itself_appears_without_another_one_after_it() -> None:
    stream = Watched(is_taken=True)
    handle(GatheredLines(stream), "alone")
    assert stream.written.wait(PATIENCE_S)
    assert stream.getvalue() == "alone\n"


def test_an_error_appears_at_once_and_after_what_came_before_it() -> None:
    stream = Watched(is_taken=True)
    handler = GatheredLines(stream)
    handle(handler, "before")
    handle(handler, "failed", logging.ERROR)
    assert stream.getvalue() == "before\nfailed\n"


def test_of_a_process_that_ends_each_line_appears_at_once() -> None:
    stream = Watched(is_taken=True)
    handler = GatheredLines(stream)
    handle(handler, "before")
    handler.at_once()
    handle(handler, "the last words")
    assert stream.getvalue() == "before\nthe last words\n"


def test_whoever_writes_into_a_stream_that_nobody_reads_waits_in_the_end() -> None:
    stream = Watched(is_taken=False)
    handler = GatheredLines(stream)
    ten_thousand, all_ = threading.Event(), threading.Event()

    def fill() -> None:
        for number in range(10_000):
            handle(handler, f"line {number}")
        ten_thousand.set()
        # What the writer has in its hands meanwhile no longer waits.
        for number in range(10_000, 20_001):
            handle(handler, f"line {number}")
        all_.set()

    maker = threading.Thread(target=fill, daemon=True)
    maker.start()
    assert ten_thousand.wait(PATIENCE_S)
    assert not all_.wait(1.0), "lines pile up without end"
    stream.let_go.set()
    assert all_.wait(PATIENCE_S)
    handler.flush()
    assert stream.getvalue().splitlines() == [f"line {number}" for number in range(20_001)]
