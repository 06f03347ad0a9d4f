"""A merchant's server: remembers which notifications arrive and answers as it was taught."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from ledger.kit.transport import Response, Stream
from ledger.protocol.alipay_wire import keys, parameters
from tests.faces.alipay.shop import platform_key

URL = "http://127.0.0.1:9/notify?a=1&b=2"


class Listener:
    """What is posted to it is checked: form, signature, address."""

    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []
        self.answer = b"success"

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Be told something."""
        assert (method, url) == ("POST", URL)
        assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
        fields = dict(parse_qsl(body.decode("ascii"), strict_parsing=True))
        text = parameters.notice_text(fields)
        keys.verify(platform_key().public_key(), text.encode(), fields["sign"])
        self.told.append(fields)
        return Response(200, {}, self.answer)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Nobody streams notifications."""
        raise AssertionError((url, headers))
