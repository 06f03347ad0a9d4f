"""Run a Flask service as a program: ``serve("ledger.app:from_environment", host=…, port=…)``.

One worker process answers, with threads made when they are needed; a second process watches over it
and is the one that an operator starts and stops. What was measured about the server, granian, and
what follows from it, stands in ``docs/internals/serving.md``.
"""

from __future__ import annotations

from ledger.kit.serving.server import THREADS_MAX, on_stop, serve

__all__ = ["THREADS_MAX", "on_stop", "serve"]
