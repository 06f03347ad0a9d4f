"""A merchant's server that is told things: it remembers and answers as it was taught."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.kit.transport import Response, Stream


class Listener:
    """A transport at whose other end is a merchant's server."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, Mapping[str, str], bytes]] = []
        self.answer = Response(200, {}, b"success")

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Be told something."""
        assert method == "POST"
        self.posts.append((url, headers, body))
        return self.answer

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Nobody streams notifications."""
        raise AssertionError((url, headers))
