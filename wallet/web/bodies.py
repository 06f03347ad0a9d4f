"""What the wallet's API reads: one class a body.

Amounts are typed as ``object``: whatever stands there is read by the one strict reader of amounts
(``money.parse_minor``), which names what is wrong with it.
"""

from __future__ import annotations

import flask
from msgspec import UNSET, Struct, UnsetType

from ledger.kit import web
from ledger.protocol.errors.codes import ImageTooLarge
from ledger.protocol.money import parse_minor
from ledger.protocol.native_wire import AmountMinor
from wallet import scan_image
from wallet.codes import confined
from wallet.direct.payment import Seen

PICTURES = ("image/png", "image/jpeg")


class Scanned(Struct, frozen=True, forbid_unknown_fields=True):
    """A code's text; for a sticker, once the payer has typed it, the amount in minor units."""

    text: str
    amount_minor: object = UNSET

    @property
    def typed(self) -> object:
        """The amount, or None when there is none."""
        return None if isinstance(self.amount_minor, UnsetType) else self.amount_minor


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """A code's text."""

    text: str


class AtOnce(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose wallet pays which code, what the payer saw of it, the PIN where it is needed."""

    wallet: str
    text: str
    amount_minor: AmountMinor
    currency: str
    payee_name: str
    pin: str | None = None

    @property
    def seen(self) -> Seen:
        """What the payer has seen; raises ``AmountOutOfRange``, ``CurrencyUnsupported``."""
        return Seen(parse_minor(self.amount_minor, self.currency), self.payee_name)


class Approval(Struct, frozen=True, forbid_unknown_fields=True):
    """The payer's yes, with the PIN where it is needed."""

    pin: str | None = None


class Unlocking(Struct, frozen=True, forbid_unknown_fields=True):
    """The PIN."""

    pin: str


class NewWallet(Struct, frozen=True, forbid_unknown_fields=True):
    """A wallet's name, the one-time token that lets it in, and the PIN it shall have."""

    name: str
    token: str
    pin: str


class Arrival(Struct, frozen=True, forbid_unknown_fields=True):
    """The currency that a stranger's play money shall be in, if there is any in it."""

    currency: str = ""


class Empty(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object: the address says it all, and no other site's form can send JSON."""


def scanned() -> Scanned:
    """Read a code from the request: as JSON, or out of the picture of it.

    Raises what ``web.read_json`` raises; for a picture ``ImageTooLarge`` and what
    ``confined.read_one`` raises.
    """
    if flask.request.mimetype not in PICTURES:
        return web.read_json(Scanned)
    length = flask.request.content_length
    if length is not None and length > scan_image.MOST_BYTES:
        raise ImageTooLarge(f"{length} bytes")
    return Scanned(confined.read_one(flask.request.get_data()).text)
