"""Who this till is: its secret key, and what the provider knows it as.

The key is made at the first start and never leaves its file (``ledger.kit.secrets.seed_file``).
Enrolling ties it to a terminal of a merchant with a one-time token from the operator; from then on
the provider takes payment requests and codes signed with it. What enrolling gave is a fact in the
till's store. A till that died while enrolling tries again with the same key and token and gets the
same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from ledger.client import SchemeClient
from ledger.kit.secrets.seed_file import keep_seed
from ledger.protocol import native_api
from ledger.protocol.errors.checkout import EnrolmentTokenInvalid
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.errors.service import TillNotEnrolled
from ledger.protocol.native_wire import (
    EnrolKey,
    MerchantView,
    TerminalEnrolled,
    TerminalView,
)
from ledger.protocol.records import record
from ledger.protocol.signing import Algorithm, PrivateKey, b64url
from pos.goods.catalogue import SHOP_CURRENCY
from pos.store import TillStore

ENROLMENT = "enrolment"
"""The name of the fact that holds what enrolling gave."""

_ADVICE = (
    "it never was one, or a till with another key was enrolled by it: put that till.key back, "
    "or take a new token; in a sandbox, `qrpay reset` begins anew"
)


@record(frozen=True, slots=True)
class Identity:
    """A till that is enrolled: its key and its place in the shop."""

    key: PrivateKey
    key_id: str
    merchant: MerchantView
    terminal: TerminalView


def till_key(path: Path, entropy: Callable[[int], bytes]) -> PrivateKey:
    """Read the till's Ed25519 key, made at the first start; raises ``KeyFileUnusable``."""
    return PrivateKey.from_seed(Algorithm.ED25519, keep_seed(path, entropy))


def identify(store: TillStore, key: PrivateKey, *, token: str, client: SchemeClient) -> Identity:
    """Say who this till is, enrolling it first if it never was.

    Raises ``TillNotEnrolled`` without a token, ``CurrencyMismatch`` for a merchant that does not
    sell in the currency of the price list, ``EnrolmentTokenInvalid``.
    """
    known = store.evidence.fact(ENROLMENT)
    if known is not None:
        found = msgspec.json.decode(known, type=TerminalEnrolled)
        if found.key_id == key.public.key_id:
            return _identity(key, found)
    if not token:
        raise TillNotEnrolled("a first start needs the operator's one-time token")
    body = EnrolKey(token=token, algorithm=key.public.algorithm, public_key=b64url(key.public.raw))
    try:
        found = client.ask(native_api.ENROL_TERMINAL, body)
    except EnrolmentTokenInvalid as error:
        raise EnrolmentTokenInvalid(_ADVICE) from error
    identity = _identity(key, found)
    store.evidence.put_fact(ENROLMENT, msgspec.json.encode(found))
    return identity


def _identity(key: PrivateKey, found: TerminalEnrolled) -> Identity:
    if found.merchant.currency != SHOP_CURRENCY.code:
        raise CurrencyMismatch(f"prices are in {SHOP_CURRENCY.code}, not {found.merchant.currency}")
    return Identity(key, found.key_id, found.merchant, found.terminal)
