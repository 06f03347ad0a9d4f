"""How one service calls another: over HTTP, or in tests straight into the other's WSGI app.

Read ``message`` first: what is promised when a call fails. ``http_transport`` keeps that promise on
a network, ``wsgi_transport`` within a process.
"""

from __future__ import annotations

from ledger.kit.transport.http_transport import HttpTransport
from ledger.kit.transport.message import Response, Stream, Transport

__all__ = ["HttpTransport", "Response", "Stream", "Transport"]
