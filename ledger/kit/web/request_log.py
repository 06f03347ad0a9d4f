"""One line of JSON for each request, made of fields that are allowed, never of what was sent.

    {"service":"ledger","request_id":"01M8…","method":"POST",
     "route":"/v1/payments/<payment_id>/close","subject":["pay_01M8…"],
     "status":409,"code":"ORDER_ALREADY_PAID","duration_ms":1.9}

What a caller wrote (bodies, queries, headers, unknown paths) can hold a PIN, a payment code or a
line break that forges a second line. So the route is logged as it was registered, of its parameters
only those that have the form of our identifiers, and of a failure of our own its type and the lines
of code it came through; its text only if it is one of ours.

One thing sent is logged, in a line of its own, since nobody can mend it otherwise: the text whose
signature does not hold, and the one that was signed instead. It is shortened, and digits that could
be a payment code are starred:

    {"service":"ledger","request_id":"01M8…","code":"isv.invalid-signature",
     "why":"…","expected":"app_id=…","signed":"app_id=…","difference":{"at":52,…}}
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Final

import flask
import msgspec

from ledger.kit.web.gathered_lines import GatheredLines
from ledger.protocol.errors import QrpayError

LOGGER: Final = logging.getLogger("qrpay.request")

_LINES: Final = msgspec.json.Encoder()
_JSON: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
_PAYMENT_CODE: Final = re.compile(r"(?<!\d)(?:\d{18}|\d{24})(?!\d)", re.ASCII)
_SHOWN_CHARACTERS: Final = 4096
_IDENTIFIER: Final = re.compile(r"[a-z]{3}_[0-9A-HJKMNP-TV-Z]{24}", re.ASCII)


class Line(msgspec.Struct, frozen=True):
    """What is known of an answered request; ``method`` and ``route`` are empty without a route."""

    service: str
    request_id: str
    method: str
    route: str
    subject: list[str]
    status: int
    code: str
    duration_ms: float


def line_of_flask(service: str, request_id: str, status: int, code: str, duration_s: float) -> Line:
    """Tell the request that Flask is answering, after ``duration_s`` seconds."""
    request = flask.request
    return Line(
        service=service,
        request_id=request_id,
        method=request.method if request.url_rule else "",
        route=request.url_rule.rule if request.url_rule else "",
        subject=[value for value in (request.view_args or {}).values() if is_identifier(value)],
        status=status,
        code=code,
        duration_ms=in_ms(duration_s),
    )


def in_ms(duration_s: float) -> float:
    """Give a line's ``duration_ms`` for a time in seconds: to a tenth of a millisecond."""
    return round(duration_s * 1000, 1)


def write(line: Line) -> None:
    """Write the line of an answered request, if anybody reads the log."""
    if LOGGER.isEnabledFor(logging.INFO):
        LOGGER.handle(_record(LOGGER, logging.INFO, _LINES.encode(line).decode()))


def write_failure(service: str, request_id: str, error: Exception) -> None:
    """Write where a failure of our own came from."""
    frames = traceback.extract_tb(error.__traceback__)
    line: dict[str, object] = {
        "service": service,
        "request_id": request_id,
        "failure": type(error).__qualname__,
        "detail": error.detail if isinstance(error, QrpayError) else "",
        "through": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    _log(logging.ERROR, line)


def write_signature(
    service: str, request_id: str, code: str, explanation: Mapping[str, object]
) -> None:
    """Write why a signature does not hold: texts, or objects of texts and numbers, by name."""
    if LOGGER.isEnabledFor(logging.INFO):
        told = {name: _shown(value) for name, value in explanation.items()}
        _log(logging.INFO, {"service": service, "request_id": request_id, "code": code, **told})


def write_beside(log: logging.Logger, told: str) -> None:
    """Write one more line about a request, into a log below this one, if anybody reads it."""
    if log.isEnabledFor(logging.INFO):
        log.handle(_record(log, logging.INFO, told))


def _shown(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shown(each) for name, each in value.items()}
    if isinstance(value, str):
        return _PAYMENT_CODE.sub(lambda code: "*" * len(code[0]), value)[:_SHOWN_CHARACTERS]
    return value


def to_standard_error() -> None:
    """Let the lines of this process appear; a service calls it once, where it starts.

    Each once: libraries that set up a log for everybody (python-escpos does when it is imported)
    would repeat them in another form.
    """
    LOGGER.propagate = False
    if LOGGER.handlers:
        return
    # What no line of ours shows need not be looked up ("Optimization" in the manual of logging).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    LOGGER.addHandler(GatheredLines(sys.stderr))
    LOGGER.setLevel(logging.INFO)


def no_more_gathering() -> None:
    """Write each line at once from now on, because the process is about to end."""
    for handler in LOGGER.handlers:
        if isinstance(handler, GatheredLines):
            handler.at_once()


def is_identifier(value: object) -> bool:
    """Tell whether this has the form of our identifiers."""
    return isinstance(value, str) and _IDENTIFIER.fullmatch(value) is not None


def _log(level: int, line: dict[str, object]) -> None:
    LOGGER.handle(_record(LOGGER, level, _JSON.encode(line)))


def _record(log: logging.Logger, level: int, told: str) -> logging.LogRecord:
    # ``log.info`` would look up who calls it, which takes longer than all the rest.
    return logging.LogRecord(log.name, level, "", 0, told, None, None)
