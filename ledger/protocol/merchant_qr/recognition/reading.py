"""What is told of a code: its kind in words, and the facts that it states itself."""

from __future__ import annotations

from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.words import DESCRIPTIONS
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Fact:
    """One thing the code itself says."""

    name: str
    value: str


@record(frozen=True, slots=True)
class Reading:
    """What a text is. ``facts`` are what it says of itself; nothing of it has been verified."""

    kind: CodeKind
    facts: tuple[Fact, ...] = ()

    @property
    def title(self) -> str:
        """A heading of a few words."""
        return DESCRIPTIONS[self.kind].title

    @property
    def sentence(self) -> str:
        """One sentence that says what the code is."""
        return DESCRIPTIONS[self.kind].what

    @property
    def wallet(self) -> str:
        """One sentence that says what a wallet of this scheme does with it."""
        return DESCRIPTIONS[self.kind].wallet


LONGEST_FACT = 200
HIDDEN = "\N{REPLACEMENT CHARACTER}"


def fact(name: str, value: str) -> Fact:
    """Make a fact that is safe to show: at most 200 characters, hidden ones made visible."""
    letters = (letter if letter.isprintable() else HIDDEN for letter in value[:LONGEST_FACT])
    return Fact(name, "".join(letters))


def facts(*pairs: tuple[str, str | None]) -> tuple[Fact, ...]:
    """Make facts of pairs, leaving out what is absent or empty."""
    return tuple(fact(name, value) for name, value in pairs if value)
