"""A payer of the demo world, who does at once what the person at the sandbox card wants.

It asks the wallet service as any screen of it would; the till has no other way into a wallet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from ledger.client.refusals import refusal
from ledger.kit.transport import Transport
from ledger.protocol.errors.trust import AnswerDiffers

NAME: Final = "anna"
PIN: Final = "280601"
"""Both are published: they open play money."""

_REFUSED_FROM: Final = 400


class _Review(msgspec.Struct, frozen=True):
    review_id: str


class _Scanned(msgspec.Struct, frozen=True):
    review: _Review | None


@dataclass(frozen=True)
class DemoPayer:
    """Anna, whose wallet is at ``wallet_url``."""

    wallet_url: str
    transport: Transport

    def approve(self, code: str) -> None:
        """Scan a code and agree; raises what the wallet refuses."""
        self._post(f"reviews/{self._scan(code)}/approve", {"pin": PIN})

    def decline(self, code: str) -> None:
        """Scan a code and say no; raises what the wallet refuses."""
        self._post(f"reviews/{self._scan(code)}/decline", {})

    def _scan(self, code: str) -> str:
        answer = self._post("scan", {"text": code})
        review = msgspec.json.decode(answer, type=_Scanned).review
        if review is None:
            raise AnswerDiffers("the wallet found nothing to pay in the code")
        return review.review_id

    def _post(self, path: str, document: Mapping[str, object]) -> bytes:
        url = f"{self.wallet_url.rstrip('/')}/api/wallets/{NAME}/{path}"
        headers = {"Content-Type": "application/json"}
        answer = self.transport.request("POST", url, headers, json.dumps(document).encode())
        if answer.status >= _REFUSED_FROM:
            raise refusal(answer.status, answer.body)
        return answer.body
