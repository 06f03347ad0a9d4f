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
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.trust import AnswerDiffers
from ledger.protocol.money import Money

NAME: Final = "anna"
PIN: Final = "280601"
"""Both are published: they open play money."""

_REFUSED_FROM: Final = 400


class _Review(msgspec.Struct, frozen=True):
    review_id: str


class _Scanned(msgspec.Struct, frozen=True):
    review: _Review | None


class _Question(msgspec.Struct, frozen=True):
    review_id: str
    amount_minor: int
    currency: str


class _Pending(msgspec.Struct, frozen=True):
    reviews: list[_Question]


class _Shown(msgspec.Struct, frozen=True):
    digits: str


@dataclass(frozen=True)
class DemoPayer:
    """Anna, whose wallet is at ``wallet_url``."""

    wallet_url: str
    transport: Transport

    def approve(self, review_id: str) -> None:
        """Agree; raises what the wallet refuses."""
        self._ask("POST", f"reviews/{review_id}/approve", {"pin": PIN})

    def decline(self, review_id: str) -> None:
        """Say no; raises what the wallet refuses."""
        self._ask("POST", f"reviews/{review_id}/decline", {})

    def present(self, prefix_of: str) -> str:
        """Give the digits of a fresh payment code, for a till that takes that vendor's."""
        answer = self._ask("POST", f"payment-code?for={prefix_of}", {})
        return msgspec.json.decode(answer, type=_Shown).digits

    def asked(self, amount: Money) -> str:
        """Find the question that a till's reading of a code of theirs has led to."""
        pending = msgspec.json.decode(self._ask("GET", "pending"), type=_Pending)
        wanted = (amount.minor_units, amount.currency.code)
        for question in pending.reviews:
            if (question.amount_minor, question.currency) == wanted:
                return question.review_id
        raise OrderNotFound("the demo payer is not asked for this amount")

    def scan(self, code: str) -> str:
        """Scan a code and give the question that it leads to."""
        answer = self._ask("POST", "scan", {"text": code})
        review = msgspec.json.decode(answer, type=_Scanned).review
        if review is None:
            raise AnswerDiffers("the wallet found nothing to pay in the code")
        return review.review_id

    def _ask(self, method: str, path: str, document: Mapping[str, object] | None = None) -> bytes:
        url = f"{self.wallet_url.rstrip('/')}/api/wallets/{NAME}/{path}"
        body = b"" if document is None else json.dumps(document).encode()
        headers = {} if document is None else {"Content-Type": "application/json"}
        answer = self.transport.request(method, url, headers, body)
        if answer.status >= _REFUSED_FROM:
            raise refusal(answer.status, answer.body)
        return answer.body
