"""What all bodies are made of: the two kinds of body, and the spellings their members share.

An annotation's ``refused_as`` names the error for a value of the wrong type, where that is not the
general ``FieldFormat``.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from ledger.protocol.errors.content import AmountFormat
from ledger.protocol.messages import Signed

REFUSED_AS: Final = "refused_as"

AmountMinor = Annotated[
    int,
    Meta(
        description="whole minor units of the currency beside it (cents, yen, fils), 1 to 10^11",
        examples=[1295],
        extra={REFUSED_AS: AmountFormat},
    ),
]
TotalMinor = Annotated[int, Meta(description="a sum in whole minor units; may be 0", examples=[0])]
CurrencyCode = Annotated[str, Meta(description="ISO 4217 alphabetic code", examples=["EUR"])]
InstantText = Annotated[
    str,
    Meta(
        description="RFC 3339, UTC, exactly three decimals",
        examples=["2026-11-21T22:29:40.123Z"],
    ),
]
Base64Url = Annotated[str, Meta(description="base64url without padding (RFC 4648, section 5)")]
LanguageNames = Annotated[
    dict[str, str], Meta(description="the registered name in de, en and zh", max_length=8)
]


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that the provider reads."""


class View(Struct, frozen=True, kw_only=True):
    """A body that the provider writes."""


class Problem(View, frozen=True, kw_only=True):
    """A problem document (RFC 9457): which rule was broken, and what was found."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str


# --- Signed inside ------------------------------------------------------------------------------


class SignedText(Request, frozen=True, kw_only=True):
    """A signed text message: its exact text, the key that signed it, the signature."""

    text: str
    key_id: str
    signature: Base64Url

    @classmethod
    def of(cls, message: Signed) -> SignedText:
        """Put a sealed message into a body."""
        return cls(text=message.text, key_id=message.key_id, signature=message.signature)

    @property
    def sealed(self) -> Signed:
        """The sealed message, to be opened before anything of it is believed."""
        return Signed(self.text, self.key_id, self.signature)


class Nothing(Request, frozen=True, kw_only=True):
    """An empty object: the path says it all."""
