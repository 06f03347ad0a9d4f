"""The provider's own events as news for the till (``pos.counter.news.listener``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.client import SchemeClient
from pos.collect import EVENT_OF_STATE
from pos.counter.news.hints import Hint
from pos.counter.news.listener import Follow, News


def follow_with(client: SchemeClient) -> Follow:
    """Follow the events of the merchant whose key the client signs with."""

    def follow(after: int | None, opened: Callable[[], None]) -> Iterator[News]:
        for told in client.follow_events(after, opened=opened):
            yield News(told.event_id, Hint(told.payment_id, EVENT_OF_STATE[told.state]))

    return follow
