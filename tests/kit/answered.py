"""What a service answered, as tests look at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as an object."""
        decoded = json.loads(self.body)
        assert isinstance(decoded, dict)
        return decoded

    @property
    def is_refusal(self) -> bool:
        """Whether it is a problem document."""
        return self.status >= 400

    @property
    def code(self) -> str:
        """The broken rule, empty for a success."""
        return str(self.json["code"]) if self.is_refusal else ""

    @property
    def said(self) -> tuple[int, str]:
        """Status and code, to compare at once."""
        return self.status, self.code

    @property
    def done(self) -> Json:
        """The body of an answer that is no refusal."""
        assert not self.is_refusal, f"{self.status} {self.body!r}"
        return self.json
