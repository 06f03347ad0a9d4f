"""Live events: parsed as they come, asked for under a signature, believed only as hints."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from ledger.kit.transport import Response, Stream
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import RoleNotAllowed
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.signing.http_messages import RequestParts, verify_request
from tests.client.stub_ledger import DIRECTORY, NOW, ORIGIN, ScriptedStream, client_over


class StreamingTransport:
    """Gives one stream, and remembers what it was asked."""

    def __init__(self, stream: ScriptedStream) -> None:
        self._stream = stream
        self.asked: list[RequestParts] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        raise AssertionError(f"only streams are asked for: {method} {url} {headers} {body!r}")

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        self.asked.append(RequestParts("GET", url, headers, b""))
        return self._stream


def event(number: int, state: str) -> list[bytes]:
    data = {
        "event_id": number,
        "event": "payment.paid",
        "payment_id": "pay_01M803NG4V00000000000000",
        "merchant_order_no": "K1",
        "state": state,
        "occurred_at": "2026-11-21T22:29:40.123Z",
    }
    return [f"id: {number}".encode(), b"event: payment.paid", b"data: " + json.dumps(data).encode()]


def test_events_are_given_in_order_and_everything_else_is_passed_over() -> None:
    opening = [b"retry: 500", b"id: 6", b"", b": ping", b""]
    stream = ScriptedStream([*opening, *event(7, "PAID"), b"", *event(9, "REVERSED"), b""])
    found = list(client_over(StreamingTransport(stream)).follow_events())
    assert [(each.event_id, each.state) for each in found] == [
        (7, PaymentState.PAID),
        (9, PaymentState.REVERSED),
    ]
    assert stream.closed


@pytest.mark.parametrize(("after", "query"), [(None, ""), (0, "?after=0"), (7, "?after=7")])
def test_the_request_is_signed_and_says_where_to_begin(after: int | None, query: str) -> None:
    transport = StreamingTransport(ScriptedStream([]))
    assert list(client_over(transport).follow_events(after)) == []
    (asked,) = transport.asked
    assert asked.target_uri == f"{ORIGIN}/v1/events{query}"
    verify_request(asked, DIRECTORY, now=NOW)


def test_whoever_stops_listening_hangs_up() -> None:
    stream = ScriptedStream([*event(7, "PAID"), *event(8, "PAID")])
    events = client_over(StreamingTransport(stream)).follow_events()
    assert next(events).event_id == 7
    assert not stream.closed
    events.close()  # type: ignore[attr-defined]
    assert stream.closed


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (ScriptedStream([], breaks_with=AnswerLost("cut")), AnswerLost),
        (ScriptedStream([b"data: {"]), AnswerLost),
        (ScriptedStream([b'data: {"event_id": "7"}']), AnswerLost),
        (ScriptedStream([b'{"code":', b'"ROLE_NOT_ALLOWED"}'], status=403), RoleNotAllowed),
    ],
)
def test_a_stream_that_fails_says_how_and_is_closed(
    stream: ScriptedStream, error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        list(client_over(StreamingTransport(stream)).follow_events())
    assert stream.closed
