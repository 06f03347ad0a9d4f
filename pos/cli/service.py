"""A running till's API for the commands: JSON in, JSON out, a refusal is the error it names.

Exit codes are made for cron. Whatever kept a command from doing its work at all is 2: the till or
the provider can't be reached, a file can't be read, the rules refuse it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

import click
import msgspec

from ledger.client.refusals import refusal
from ledger.kit.terminal import understood
from ledger.kit.transport import HttpTransport, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerDiffers
from pos import config
from pos.cli.settings import settings
from pos.web.staff import HEADER as STAFF_PIN

_REFUSED_FROM = 400

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")


class Exit(IntEnum):
    """What the shell is told."""

    OK = 0
    LOOK = 1
    COULD_NOT = 2


class CouldNot(click.ClickException):
    """The command did not do its work."""

    exit_code = Exit.COULD_NOT

    def __init__(self, error: QrpayError) -> None:
        found = "" if error.detail in ("", error.title()) else f"\n  found: {error.detail}"
        super().__init__(f"{error.code}: {error.title()}{found}")


@dataclass(frozen=True)
class Service:
    """The API of a till; ``staff_pin`` is sent along where there is one."""

    url: str
    transport: Transport = field(default_factory=HttpTransport)
    staff_pin: str = ""

    def post(
        self,
        path: str,
        document: Mapping[str, object],
        answer: type[Answer],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a JSON object and give what is answered; ``AnswerDiffers`` for something else."""
        body = json.dumps(document).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            return msgspec.json.decode(self._call("POST", path, body, sent), type=answer)
        except msgspec.DecodeError as error:
            raise AnswerDiffers(f"{self.url} answers like no till: {error}") from error

    def text(self, path: str) -> str:
        """Read a text."""
        return self._call("GET", path, b"", {}).decode()

    def _call(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        pin = {STAFF_PIN: self.staff_pin} if self.staff_pin else {}
        try:
            answer = self.transport.request(method, f"{self.url}{path}", {**headers, **pin}, body)
        except ServiceUnavailable as error:
            raise ServiceUnavailable(
                f"no till answers at {self.url}: `qrpay up` starts one, --url names another"
            ) from error
        if answer.status >= _REFUSED_FROM:
            raise refusal(answer.status, answer.body)
        return answer.body


def till(url: str | None) -> Service:
    """Find the till: at a URL, where its settings say, or where `qrpay up` has started it."""
    found = understood(config.running_url) if url is None else url
    return Service(found.rstrip("/"), staff_pin=settings().staff_pin)


@contextmanager
def or_could_not() -> Iterator[None]:
    """End the command with exit code 2 for every error of the checkout."""
    try:
        yield
    except QrpayError as error:
        raise CouldNot(error) from error


def url_option(command: Command) -> Command:
    """Add ``--url``."""
    return click.option(
        "--url",
        help="The till's address; without it, the one of QRPAY_POS_HOST and _PORT, or where"
        " `qrpay up` has started it.",
    )(command)
