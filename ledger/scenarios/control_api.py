"""A sandbox's control API, asked from outside: what it refuses is raised as the rule it names.

Whoever has its token can break, wait and look:

    sandbox = ControlApi("http://127.0.0.1:8400", token, HttpTransport(answer_timeout_s=PATIENCE_S))
    sandbox.post("faults", kind="answer.lost", times=1)
    sandbox.get("wait", event="payment.paid", within_s=30)
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from ledger.client.refusals import refusal
from ledger.kit.transport import Transport
from ledger.protocol.errors import QrpayError, sandbox
from ledger.sandbox.control.guard import PREFIX

PATIENCE_S: Final = 90.0
"""So long an answer may take: time passes meanwhile, or something is waited for."""

Told = dict[str, Any]
"""A JSON object as the control API tells it."""

_RULES: Final = {
    rule.code: rule
    for rule in vars(sandbox).values()
    if inspect.isclass(rule)
    and issubclass(rule, QrpayError)
    and rule.__module__ == sandbox.__name__
}
"""The rules that no till and no wallet hears of, so ``ledger.client`` does not know them."""


class ControlApi:
    """The control API of a ledger at an address."""

    def __init__(self, url: str, token: str, transport: Transport) -> None:
        self.url = url
        self.transport = transport
        self._token = token

    def get(self, path: str, **query: object) -> Told:
        """Ask; what is empty in the query is left out."""
        asked = {name: value for name, value in query.items() if value not in ("", 0, None)}
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def post(self, path: str, **body: object) -> Told:
        """Have something done."""
        return self._ask("POST", path, body)

    def delete(self, path: str, **query: object) -> Told:
        """Take something away."""
        return self._ask("DELETE", f"{path}?{urlencode(query)}" if query else path)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Told:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        answer = self.transport.request(method, f"{self.url}{PREFIX}/{path}", headers, raw)
        told: Told = json.loads(answer.body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            rule = _RULES.get(str(told.get("code")))
            raise rule(told["detail"]) if rule else refusal(answer.status, answer.body)
        return told
