"""What the rules themselves cost on this machine: microseconds of one core for each operation.

    python -m bench.protocol

No store, no HTTP, no disk: codes, signed messages, signed requests and identifiers alone, as they
are on the way of a plain payment (one currency, no coupon, Ed25519 keys). The operations take
turns, so each finds the caches as the others left them; each figure is the shortest of its runs,
because neighbours on the machine only ever add to it. A column is made by processes of its own,
which take turns too; for the second, PyNaCl is hidden as if it were not installed.
"""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from importlib.metadata import version

from ledger.protocol import instants
from ledger.protocol.identifiers import IdSource, Kind
from ledger.protocol.merchant_qr import profile_l, profile_s
from ledger.protocol.messages import Message, Presented, open_, seal
from ledger.protocol.messages.notification import NotificationEvent
from ledger.protocol.signing import Domain, verify
from ledger.protocol.signing.http_messages import (
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from tests.protocol import example_messages as example
from tests.protocol.merchant_qr import world
from tests.protocol.signing import http_examples as http

SECONDS = 6
IN_A_ROW = 8
TURNS = 3
Operation = Callable[[], object]

BEGINNINGS = {"pynacl": "pass", "cryptography": "import sys; sys.modules['nacl'] = None"}
"""What a process begins with so that this library computes Ed25519 in it."""

PLAIN = {
    "consent": replace(
        example.AUTHORISATION,
        payee_name="Demo Drogerie",
        payer_amount=example.AUTHORISATION.amount,
        quote_id="",
    ),
    "receipt": replace(
        example.RECEIPT, payer_amount=example.RECEIPT.amount, rate="", rate_set_by=""
    ),
    "notification": replace(
        example.NOTIFICATION,
        event=NotificationEvent.PAYMENT_PAID,
        refund_id="",
        refund_amount=None,
        presented=Presented.MERCHANT,
    ),
    "payment request": example.REQUEST,
}
"""Messages of a payment in one currency."""


def operations() -> dict[str, Operation]:
    """Give everything that is measured, by its name in the table."""
    code = profile_s.encode(world.DYNAMIC, world.KEY)
    token = profile_l.encode(world.LINK, world.KEY)
    table: dict[str, Operation] = {
        "code (S): encode, sign": lambda: profile_s.encode(world.DYNAMIC, world.KEY),
        "code (S): read, verify": lambda: profile_s.verify(code, world.DIRECTORY, now=world.NOW),
        "link (L): encode, sign": lambda: profile_l.encode(world.LINK, world.KEY),
        "link (L): read, verify": lambda: profile_l.verify(token, world.DIRECTORY, now=world.NOW),
    }
    for name, message in PLAIN.items():
        table |= _of_message(name, message)
    return table | _of_http() | _small()


def _of_message(name: str, message: Message) -> dict[str, Operation]:
    kind = type(message)
    values = {field.name: getattr(message, field.name) for field in fields(message)}  # type: ignore[arg-type]
    signed = seal(message, example.KEY)
    opened = partial(open_, signed, kind, example.DIRECTORY, at=example.NOW, owner=example.OWNER)
    return {
        f"{name}: make, seal": lambda: seal(kind(**values), example.KEY),
        f"{name}: open": opened,
    }


def _of_http() -> dict[str, Operation]:
    request = http.signed()
    answer = partial(
        sign_response,
        201,
        b'{"state":"PAID"}',
        request_signature=http.SIGNATURE,
        key=http.LEDGER_KEY,
        now=http.NOW,
    )
    return {
        "HTTP request: sign": lambda: sign_request(
            http.POST, http.MERCHANT_KEY, now=http.NOW, nonce=http.NONCE
        ),
        "HTTP request: verify": lambda: verify_request(request, http.DIRECTORY, now=http.NOW),
        "HTTP answer: sign": answer,
        "HTTP answer: verify": partial(
            verify_response,
            201,
            b'{"state":"PAID"}',
            answer(),
            request_signature=http.SIGNATURE,
            directory=http.DIRECTORY,
            now=http.NOW,
        ),
    }


def _small() -> dict[str, Operation]:
    source, message = IdSource(os.urandom), b"m" * 400
    signature = world.KEY.sign(Domain.RECEIPT, message)
    text = instants.to_text(world.NOW)
    return {
        "identifier: make": lambda: source.new(Kind.PAYMENT, world.NOW),
        "instant: spell": lambda: instants.to_text(world.NOW),
        "instant: read": lambda: instants.from_text(text),
        "400 bytes: sign": lambda: world.KEY.sign(Domain.RECEIPT, message),
        "400 bytes: verify": lambda: verify(world.KEY.public, Domain.RECEIPT, message, signature),
    }


def least_us(table: Mapping[str, Operation]) -> dict[str, float]:
    """Let the operations take turns and give the shortest time of each."""
    least = dict.fromkeys(table, math.inf)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for name, operation in table.items():
            for _ in range(IN_A_ROW):
                begin = time.perf_counter_ns()
                operation()
                least[name] = min(least[name], (time.perf_counter_ns() - begin) / 1000)
    return least


def figures() -> None:
    """Print all figures of this process, a line each."""
    for name, us in least_us(operations()).items():
        print(f"{name}\t{us:.3f}")


def in_a_process(beginning: str) -> dict[str, float]:
    """Measure in a process that begins with some code of Python."""
    command = [sys.executable, "-c", f"{beginning}; import bench.protocol as b; b.figures()"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return {name: float(us) for name, us in (row.split("\t") for row in lines.splitlines())}


def table(measured: Mapping[str, Mapping[str, float]]) -> str:
    """Lay out the figures of each library in a column, in Markdown."""
    libraries = list(measured)
    rows = [f"| operation, µs | {' | '.join(libraries)} |", f"|---|{'---:|' * len(libraries)}"]
    for name in measured[libraries[0]]:
        cells = (f"{measured[library][name]:,.1f}" for library in libraries)
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure with both libraries and print the table."""
    versions = (f"{package} {version(package)}" for package in BEGINNINGS)
    print(f"Python {platform.python_version()} on {platform.machine()}, {', '.join(versions)}")
    measured: dict[str, dict[str, float]] = {library: {} for library in BEGINNINGS}
    for _ in range(TURNS):
        for library, least in measured.items():
            for name, us in in_a_process(BEGINNINGS[library]).items():
                least[name] = min(us, least.get(name, us))
    print(table(measured))


if __name__ == "__main__":
    main()
