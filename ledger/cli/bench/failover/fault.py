"""What is done to the servers: lines that stand still for a while and then break, a dead leader.

A follower's receiver is stopped (SIGSTOP) as if its line stood still. Then the leader's PostgreSQL
and its Patroni are killed with ``kill -9``, and the receivers end without having read what was
still on its way to them. What the leader acknowledged alone is gone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.cli.cluster.layout import NODES
from ledger.cli.cluster.servers import Servers
from ledger.protocol.errors.service import ServiceUnavailable

STILL_S: Final = 2.0
_RECEIVER: Final = b"walreceiver"


def kill_leader(servers: Servers, leading: str) -> float:
    """Let the lines stand still for ``STILL_S``, kill the leader; when (seconds, monotonic)."""
    with _standing_still([servers.server(node) for node in NODES if node != leading]):
        time.sleep(STILL_S)
        patroni = next(each for each in servers.running() if each.name == leading)
        # Patroni first: it would start its server again.
        patroni.signal(signal.SIGKILL)
        server = servers.server(leading)
        for pid in [server, *_children(server)]:
            os.kill(pid, signal.SIGKILL)
        return time.monotonic()


@contextmanager
def _standing_still(followers: list[int]) -> Iterator[None]:
    receivers = [child for server in followers for child in _children(server) if _hears(child)]
    if len(receivers) != len(followers):
        raise ServiceUnavailable("a follower was not following; nothing would be shown")
    for receiver in receivers:
        os.kill(receiver, signal.SIGSTOP)
    try:
        yield
    finally:
        for receiver in receivers:
            os.kill(receiver, signal.SIGTERM)
            os.kill(receiver, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _hears(pid: int) -> bool:
    return _RECEIVER in Path(f"/proc/{pid}/cmdline").read_bytes()
