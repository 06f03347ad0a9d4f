"""A service for the tests of serving; they start it as a program of its own."""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import flask

from ledger.kit import serving, web
from ledger.kit.serving import server
from ledger.kit.web import gathered_lines
from ledger.protocol.errors.service import StoreInUse


def make() -> flask.Flask:
    """Make the app; the factory that ``serve`` is told of."""
    app = flask.Flask("served")
    web.install(app, "served")
    stopping = threading.Event()
    serving.on_stop(stopping.set)

    @app.get("/worker")
    def worker() -> str:
        return str(os.getpid())

    @app.post("/length")
    def length() -> str:
        return str(len(flask.request.get_data()))

    slow_began = threading.Event()

    @app.get("/slow")
    def slow() -> str:
        slow_began.set()
        stopping.wait(30)
        return "finished"

    @app.get("/slow-began")
    def tell_slow_began() -> str:
        return str(slow_began.wait(30))

    @app.get("/stream")
    def stream() -> flask.Response:
        def speak() -> Iterator[str]:
            yield "id: 1\n\n"
            while not stopping.wait(0.05):
                yield ": still here\n\n"
            yield "id: 2\n\n"

        return flask.Response(speak(), mimetype="text/event-stream")

    return app


def make_that_ends_before_it_hears_of_it() -> flask.Flask:
    """Make the app in a process whose log gathers for long, and that never learns it is to end."""
    gathered_lines._GATHER_S = 60  # type: ignore[misc]
    server._watch = _hear_nothing
    return make()


def _hear_nothing(told: Connection) -> None:
    del told


def make_with_few_descriptors() -> flask.Flask:
    """Make the app in a process that may have few files and connections open at once."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return make()


def fail() -> flask.Flask:
    """Fail as a store does that another process holds."""
    raise StoreInUse("books.db.lock is held by another process")


if __name__ == "__main__":
    factory, port, threads, quiet_after_s = sys.argv[1:]
    serving.serve(
        f"tests.kit.served_app:{factory}",
        host="127.0.0.1",
        port=int(port),
        threads=int(threads),
        quiet_after_s=float(quiet_after_s),
    )
