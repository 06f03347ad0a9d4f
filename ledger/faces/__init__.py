"""The provider's faces: translators between a way of speaking HTTP and ``ledger.core``.

A face parses, calls one core operation inside one unit of work, and renders; it decides nothing
about money, knows no other face, no SQL and no environment. What every face is given by the
composition root is the ``Provider``; what a vendor's face gives back is a ``ServedFace``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import flask
from werkzeug.wrappers import Response

from ledger.core.books.fx import RateTable
from ledger.core.checkout.payment_codes import Scanned
from ledger.core.limits import Policy
from ledger.core.ports import Books, Store
from ledger.core.records.vendors import VendorFace
from ledger.core.vendors.announcing import Announcer
from ledger.kit.clock import Clock, pause
from ledger.kit.entropy import Entropy
from ledger.kit.secrets import SecretFolder
from ledger.kit.web import Answer
from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import IdSource
from ledger.protocol.signing import PrivateKey


@dataclass(frozen=True)
class Provider:
    """What a face works with: the books, the key that answers, the rules, time and randomness.

    ``ids`` is used inside units of work only, which come one at a time. ``vendor_keys`` keeps what
    the provider signs with towards vendors' integrations, each made when a face first asks for it.
    ``pause`` waits for so many seconds, where a caller asks for an answer that comes late.
    ``wallet_url`` is where our own wallet's page answers, empty if it is not known.
    ``sandbox_payers`` are the demo world's payers by name, and the tokens by which a page for
    trying things becomes a device of theirs; there are none outside of the demo world.
    ``stand_in`` is a sandbox's: it gives a code that holds for digits that anybody can type.
    """

    store: Store
    signing_key: PrivateKey
    policy: Policy
    rates: RateTable
    clock: Clock
    entropy: Entropy
    ids: IdSource
    vendor_keys: SecretFolder = field(default_factory=lambda: SecretFolder(None))
    pause: Callable[[float], None] = pause
    wallet_url: str = ""
    sandbox_payers: Mapping[str, str] = field(default_factory=dict)
    stand_in: Callable[[Books, Scanned], Scanned] | None = None

    def scanned(self, books: Books, payment_code: str, policy: Policy | None = None) -> Scanned:
        """Give the digits that a till has read and the limits for them, as the core takes them."""
        read = Scanned(payment_code=payment_code, policy=policy or self.policy)
        return self.stand_in(books, read) if self.stand_in else read


@dataclass(frozen=True)
class ServedFace:
    """A vendor's face as the composition root takes it in.

    ``install`` adds its addresses to the app. Errors below ``prefixes`` are told by ``refuse`` in
    the vendor's own form, addresses and methods that there are not included. ``announcers`` tell
    merchants, by the face an order came by. ``hosts`` are the vendor's host names, by which the
    ledger is called when an integration is redirected here.
    """

    install: Callable[[flask.Flask], None]
    prefixes: tuple[str, ...]
    refuse: Callable[[QrpayError], Answer | Response]
    announcers: Mapping[VendorFace, Announcer] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
