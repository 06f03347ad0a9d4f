"""Who leads and who follows, as the nodes' Patroni tell it (its REST API, ``GET /cluster``).

Patroni ends an answer by hanging up, so nobody can tell a whole one from one that broke off. Our
own transport takes no such answer; here it does no harm, since half a JSON text is none.
"""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import Final

import msgspec

from ledger.cli.cluster.layout import HOST, NODES, Layout

LEADER: Final = "leader"
CONFIRMS: Final = frozenset({"quorum_standby", "sync_standby"})
"""Followers whose word a commit may wait for."""

_FOLLOWS: Final = "streaming"
_LEADS: Final = "running"
_WITHIN_S: Final = 2.0


class Member(msgspec.Struct, frozen=True):
    """A node as its cluster sees it."""

    name: str
    role: str
    state: str

    @property
    def leads(self) -> bool:
        """Whether it takes writes."""
        return self.role == LEADER and self.state == _LEADS

    @property
    def follows(self) -> bool:
        """Whether it is being told everything."""
        return self.role != LEADER and self.state == _FOLLOWS


class _Answer(msgspec.Struct, frozen=True):
    members: list[Member] = []


def members(layout: Layout) -> list[Member]:
    """List the nodes, as the first of them that answers tells it; none where nobody does."""
    for node in NODES:
        try:
            found = _asked(layout.nodes[node].patroni)
        except (OSError, HTTPException, msgspec.DecodeError):
            continue
        if found:
            return found
    return []


def _asked(port: int) -> list[Member]:
    with closing(HTTPConnection(HOST, port, timeout=_WITHIN_S)) as connection:
        connection.request("GET", "/cluster")
        return msgspec.json.decode(connection.getresponse().read(), type=_Answer).members


def leader(layout: Layout) -> str:
    """Name the node that takes writes; empty while there is none."""
    return next((member.name for member in members(layout) if member.leads), "")


def is_whole(layout: Layout) -> bool:
    """Tell whether one node leads and all the others follow, and confirm if they shall."""
    found = members(layout)
    followers = [member for member in found if member.follows]
    if layout.quorum and any(member.role not in CONFIRMS for member in followers):
        return False
    return any(member.leads for member in found) and len(followers) == len(NODES) - 1
