"""Enrolment: a one-time token makes this device a payer's.

The key is made and sealed here before the provider hears of it, and the token is used with its
public half. If the answer is lost, or the service dies before it is stored, the same call with the
same token and PIN finishes: it finds the key it made, and the provider gives the same token with
the same key the same answer. A key that the provider refused to let in is forgotten.

A wallet whose PIN was used up (``vault``) is enrolled anew under its name: everything of the old
one is erased first, and what the provider knows of the payer comes back with the first look.
"""

from __future__ import annotations

import re

from ledger.client import SchemeClient
from ledger.protocol import native_api
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.checkout import WalletExists
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import EnrolKey
from ledger.protocol.payment_code import SECRET_BYTES
from ledger.protocol.signing import b64url, b64url_decode
from wallet.device.vault import Vault
from wallet.store import WalletStore
from wallet.store.wallets import Wallet

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)


def enrol(
    name: str,
    token: str,
    pin: str,
    *,
    store: WalletStore,
    vault: Vault,
    stranger: SchemeClient,
    now: Instant,
) -> Wallet:
    """Make a wallet of this name; it is unlocked then. ``stranger`` is a line without a key.

    One enrolment at a time: two of the same name would take each other's key for their own.

    Raises ``FieldFormat`` (a name has 1 to 32 of a-z, 0-9 and -; a PIN six digits),
    ``WalletExists``, ``EnrolmentTokenInvalid``, and where an earlier try got as far as a key,
    ``PinWrong`` and ``PinBlocked``.
    """
    check_name(name)
    if vault.is_used_up(name):
        vault.forget(name)
    if store.wallets.find(name) is not None:
        raise WalletExists(name)
    is_new = not vault.has_key(name)
    key = vault.create(name, pin) if is_new else vault.unlock(name, pin, now=now)
    body = EnrolKey(token=token, algorithm=key.algorithm, public_key=b64url(key.raw))
    try:
        enrolled = stranger.ask(native_api.ENROL_DEVICE, body)
    except CallerError:
        if is_new:
            vault.forget(name)
        raise
    secret = b64url_decode(enrolled.code_secret, SECRET_BYTES)
    wallet = Wallet(
        name=name,
        device_id=enrolled.device_id,
        key_id=enrolled.key_id,
        payer_id=enrolled.payer.payer_id,
        display_name=enrolled.payer.display_name,
        currency=enrolled.payer.currency,
        locale=enrolled.payer.locale,
        sealed_code_secret=vault.seal_code_secret(name, secret),
        enrolled_at=now,
    )
    with store.transaction():
        store.wallets.add(wallet)
    return wallet


def check_name(name: str) -> str:
    """Give back a well-formed name of a wallet, else raise ``FieldFormat``."""
    if not _NAME.fullmatch(name):
        raise FieldFormat("a wallet's name has 1 to 32 of a-z, 0-9 and -")
    return name
