"""Run a Flask service as a program: ``serve("ledger.app:from_environment", host=…, port=…)``.

One worker process answers, with threads made when they are needed; a second process watches over it
and is the one that an operator starts and stops. What was measured about the server, granian, and
what follows from it, stands in ``docs/internals/serving.md``. Beyond this machine it speaks https
(``Listening``), or is told by name that it need not.
"""

from __future__ import annotations

from ledger.kit.network.listening import PLAIN, Listening
from ledger.kit.serving.forwarder import Forwarder
from ledger.kit.serving.server import THREADS_MAX, named_refusals, on_stop, serve

__all__ = [
    "PLAIN",
    "THREADS_MAX",
    "Forwarder",
    "Listening",
    "named_refusals",
    "on_stop",
    "serve",
]
