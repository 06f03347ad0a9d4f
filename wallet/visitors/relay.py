"""Carry a browser's own signed calls to the provider, and the signed answers back.

A browser can't call the provider itself (another origin, maybe another network), and this service
can't sign for it. So it carries: which of the native API's operations a payer has, with the header
fields that a signature covers, by the key of the session's wallet. The browser checks the
provider's signature under what comes back, so nothing can be changed on the way either. Of the
provider's keys this service learns by the same answers, since it can ask for nothing itself.

One thing is looked into: a consent. Where the offer said that the PIN is needed, the PIN or a
passkey that agreed to exactly this text must come along; which offers did is remembered from their
answers, and where it is not known it is needed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec

from ledger.kit.transport import Stream, Transport
from ledger.protocol import native_api, native_wire
from ledger.protocol.errors.guests import NotRelayed
from ledger.protocol.instants import Instant
from ledger.protocol.native_api import Caller
from wallet.device.knowledge import Knowledge
from wallet.store.browsers import BrowserWallet

SENT_FIELDS: Final = frozenset(
    {"content-type", "content-digest", "idempotency-key", "signature", "signature-input"}
)
ANSWERED_FIELDS: Final = ("content-digest", "content-type", "signature", "signature-input")
OFFERS_REMEMBERED: Final = 2000

_KEY_ID: Final = re.compile(r';keyid="([a-z0-9]{8})"', re.ASCII)
_PLACE: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call that a browser has signed; ``target`` is path and query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """What the provider answered, with the fields that its signature needs."""

    status: int
    headers: dict[str, str]
    body: str


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    carried = [
        operation
        for operation in native_api.OPERATIONS
        if operation.caller in (Caller.PAYER, Caller.MERCHANT_OR_PAYER)
        and operation is not native_api.FOLLOW_EVENTS
    ]
    return [
        (each.method, re.compile(_PLACE.sub("[A-Za-z0-9_-]{1,64}", each.path), re.ASCII))
        for each in [*carried, native_api.GET_MERCHANT, native_api.GET_KEYS]
    ]


class Relay:
    """The way of browsers to the provider."""

    def __init__(self, transport: Transport, ledger_url: str, knowledge: Knowledge) -> None:
        self._transport = transport
        self._knowledge = knowledge
        self.ledger_url = ledger_url
        self._patterns = _patterns()
        self._needs_pin: OrderedDict[str, bool] = OrderedDict()

    def carry(
        self,
        wallet: BrowserWallet,
        call: SignedCall,
        confirm: Callable[[str], None],
        *,
        now: Instant,
    ) -> SignedAnswer:
        """Carry one call; ``confirm(text)`` asks for PIN or passkey where a consent needs it.

        Raises ``NotRelayed``, what ``confirm`` raises, and what the transport raises.
        """
        path = call.target.partition("?")[0]
        if not any(
            call.method == method and known.fullmatch(path) for method, known in self._patterns
        ):
            raise NotRelayed("no operation of a payer")
        headers = _own_headers(wallet, call.headers)
        if path.endswith("/authorise") and self._needs_pin.get(_place(wallet, path), True):
            confirm(_consent(call.body))
        answer = self._transport.request(
            call.method, self.ledger_url + call.target, headers, call.body.encode()
        )
        if path == native_api.GET_KEYS.path and answer.status == HTTPStatus.OK:
            signature = headers.get("signature", "")
            self._knowledge.learn(answer, request_signature=signature, now=now)
        self._remember(wallet, answer.body)
        told = {name: answer.headers[name] for name in ANSWERED_FIELDS if name in answer.headers}
        return SignedAnswer(answer.status, told, answer.body.decode())

    def listen(self, wallet: BrowserWallet, headers: Mapping[str, str]) -> Stream:
        """Open the stream of a wallet's events by a call that the browser has signed.

        Raises ``NotRelayed`` and what the transport raises.
        """
        url = self.ledger_url + native_api.FOLLOW_EVENTS.path
        return self._transport.stream(url, _own_headers(wallet, headers))

    def _remember(self, wallet: BrowserWallet, body: bytes) -> None:
        try:
            offer = msgspec.json.decode(body, type=native_wire.Offer)
        except msgspec.MsgspecError:
            return
        place = f"{wallet.name} {offer.payment.payment_id}"
        self._needs_pin[place] = offer.needs_pin
        while len(self._needs_pin) > OFFERS_REMEMBERED:
            self._needs_pin.popitem(last=False)


def _own_headers(wallet: BrowserWallet, sent: Mapping[str, str]) -> dict[str, str]:
    """Give the header fields in lower case; ``NotRelayed`` for odd ones and for others' keys."""
    headers = {name.lower(): value for name, value in sent.items()}
    if set(headers) - SENT_FIELDS:
        raise NotRelayed("a header field that no signature covers")
    if _KEY_ID.findall(headers.get("signature-input", "")) != [wallet.key_id]:
        raise NotRelayed("signed by another key than this wallet's")
    return headers


def _place(wallet: BrowserWallet, path: str) -> str:
    return f"{wallet.name} {path.split('/')[3]}"


def _consent(body: str) -> str:
    try:
        sent = msgspec.json.decode(body, type=native_wire.AuthorisePayment)
    except msgspec.MsgspecError as error:
        raise NotRelayed("no consent") from error
    return sent.authorisation.text
