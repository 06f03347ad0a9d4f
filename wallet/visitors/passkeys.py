"""Passkeys: a person agrees with finger, face or the telephone's own PIN (WebAuthn level 2).

The challenge a passkey signs is no random number but the SHA-256 of the authorisation's text:
payment, shop, amount, payer's amount, time. So it agrees to this payment and to no other (dynamic
linking, Regulation (EU) 2018/389, article 5), and what it signed proves nothing elsewhere. The
text's own id and time keep it from being used twice: the provider takes a consent once, within five
minutes.

``fido2`` reads and checks what authenticators send. A passkey whose count of uses goes backwards is
refused, since there must be a copy of it; those without a count say 0 always.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from ledger.kit.entropy import Entropy
from ledger.protocol.errors.guests import PasskeyInvalid
from ledger.protocol.instants import MINUTE, Instant
from ledger.protocol.signing import b64url
from wallet.store import WalletStore
from wallet.store.browsers import Passkey

NAME: Final = "qrpay wallet (DEMO)"
CHALLENGE_BYTES: Final = 32
ASKED_FOR_MS: Final = 5 * MINUTE
REQUIRED: Final = UserVerificationRequirement.REQUIRED

Json = Mapping[str, Any]


class Passkeys:
    """The passkeys of browser wallets; ``origin`` is always the page's own, as it is served."""

    def __init__(self, store: WalletStore, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy
        self._asked: dict[str, tuple[Instant, object]] = {}

    def ask(self, wallet: str, origin: str, *, now: Instant) -> Json:
        """Give the options for making a passkey (``navigator.credentials.create``)."""
        known = [self._data(each) for each in self._store.browsers.passkeys(wallet)]
        options, state = _server(origin).register_begin(
            PublicKeyCredentialUserEntity(
                name=NAME, id=hashlib.sha256(wallet.encode()).digest(), display_name=NAME
            ),
            credentials=known,
            user_verification=REQUIRED,
            challenge=self._entropy(CHALLENGE_BYTES),
        )
        self._asked = {
            name: asked for name, asked in self._asked.items() if now - asked[0] < ASKED_FOR_MS
        }
        self._asked[wallet] = (now, state)
        return dict(options)

    def keep(self, wallet: str, origin: str, response: Json, *, now: Instant) -> None:
        """Keep a passkey that was just made; raises ``PasskeyInvalid``."""
        asked_at, state = self._asked.pop(wallet, (Instant(0), None))
        if state is None or now - asked_at >= ASKED_FOR_MS:
            raise PasskeyInvalid("nobody has asked for one")
        try:
            made = _server(origin).register_complete(state, response)
        except (ValueError, KeyError, TypeError) as error:
            raise PasskeyInvalid(str(error)[:80]) from error
        data = made.credential_data
        if data is None:
            raise PasskeyInvalid("without a key")
        with self._store.transaction():
            self._store.browsers.add_passkey(
                Passkey(b64url(data.credential_id), wallet, bytes(data), made.counter, now)
            )

    def ids(self, wallet: str) -> list[str]:
        """Name the passkeys of a wallet."""
        return [each.credential_id for each in self._store.browsers.passkeys(wallet)]

    def require_agreed(self, wallet: str, origin: str, text: str, response: Json) -> None:
        """Check that a passkey of this wallet has agreed to exactly this text.

        Raises ``PasskeyInvalid``.
        """
        known = self._store.browsers.passkeys(wallet)
        challenge = b64url(hashlib.sha256(text.encode()).digest())
        state = {"challenge": challenge, "user_verification": REQUIRED}
        try:
            used = _server(origin).authenticate_complete(
                state, [self._data(each) for each in known], response
            )
            data = AuthenticationResponse.from_dict(response).response.authenticator_data
        except (ValueError, KeyError, TypeError) as error:
            raise PasskeyInvalid(str(error)[:80]) from error
        passkey = next(each for each in known if each.credential_id == b64url(used.credential_id))
        if data.counter and data.counter <= passkey.sign_count:
            raise PasskeyInvalid("its count went backwards")
        with self._store.transaction():
            self._store.browsers.used_passkey(passkey.credential_id, data.counter)

    @staticmethod
    def _data(passkey: Passkey) -> AttestedCredentialData:
        return AttestedCredentialData(passkey.credential)


def _server(origin: str) -> Fido2Server:
    party = PublicKeyCredentialRpEntity(id=urlsplit(origin).hostname or "", name=NAME)
    return Fido2Server(party, verify_origin=lambda told: told == origin)
