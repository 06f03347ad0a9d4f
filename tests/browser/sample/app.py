"""The sample's app, served by a thread of the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import flask
import msgspec
from werkzeug.serving import make_server

from ledger.kit import pages, web
from ledger.kit.clock import SystemClock
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import later, to_text
from ledger.protocol.money import Money, currency


@dataclass
class Sample:
    """A running sample: where it is, and what its feed tells."""

    url: str
    feed: pages.Feed
    state: dict[str, bytes] = field(default_factory=dict)

    def tell(self, key: str, value: object) -> None:
        """Change the state that screens follow."""
        self.state[key] = msgspec.json.encode(value)
        self.feed.wake()


def make(state: dict[str, bytes], *, streams_max: int = 64) -> tuple[flask.Flask, pages.Feed]:
    """Make the app and its feed."""
    clock = SystemClock()
    site = pages.Site("sample", "tests.browser.sample", default=pages.Language.EN)
    feed = pages.Feed(lambda: dict(state), clock=clock, epoch="e1", streams_max=streams_max)
    app = flask.Flask("sample", static_folder=None)
    web.install(app, "sample", page=site.problem)
    site.install(app)
    state.setdefault("ends_at", msgspec.json.encode(to_text(later(clock.now(), 125_000))))

    @app.get("/")
    def show() -> flask.Response:
        return site.show("pieces.html", amount=Money(123456, currency("EUR")))

    @app.get("/live")
    def live() -> flask.Response:
        return feed.answer()

    @app.post("/refuse")
    def refuse() -> flask.Response:
        raise ServiceUnavailable

    return app, feed


@contextmanager
def served(*, port: int = 0, streams_max: int = 64) -> Iterator[Sample]:
    """Serve the sample for the time of a block."""
    state: dict[str, bytes] = {}
    app, feed = make(state, streams_max=streams_max)
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Sample(f"http://127.0.0.1:{server.server_port}", feed, state)
    finally:
        feed.close()
        server.shutdown()
        thread.join()
        server.server_close()
