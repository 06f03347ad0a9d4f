"""The platform's own keys, and by which of them an answer is signed.

Two regimes live side by side. The older one signs by the key of a *platform certificate*, which
merchants fetch from ``/v3/certificates`` and which is followed by another before it ends; the newer
one by the *platform public key*, which a merchant downloads once. A caller says by the header
``Wechatpay-Serial`` which one it can verify. Where it says nothing, and for notifications, what the
merchant is registered with decides; but what is told of an order or a refund whose own call asked
for the public key is signed by that, since who asks for it can verify it. Signing by the wrong one
breaks a program whose shop is open, so each choice says why it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.core.vendors.wechatpay.registration import Regime
from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire.certificates import PUBLIC_KEY_ID_PREFIX, Certificate


@dataclass(frozen=True)
class PlatformKey:
    """A key under the name merchants know it by; without certificate it is the public key."""

    name: str
    private_key: RSAPrivateKey
    certificate: Certificate | None = None


@dataclass(frozen=True)
class Choice:
    """A key, and why it is this one, in a few words for the log."""

    key: PlatformKey
    why: str


@dataclass(frozen=True)
class Platform:
    """All the platform's keys at one time: certificates, oldest first, and the public key."""

    certificates: tuple[PlatformKey, ...]
    public_key: PlatformKey

    def named(self, name: str) -> PlatformKey | None:
        """Find a key by serial number or key id; serial numbers in either case."""
        keys = (*self.certificates, self.public_key)
        return next((key for key in keys if key.name == name.upper()), None)

    def valid_certificates(self, now: Instant) -> list[PlatformKey]:
        """List the keys whose certificates hold now, the newest last."""
        return [
            key
            for key in self.certificates
            if key.certificate is not None
            and key.certificate.not_before <= now < key.certificate.not_after
        ]

    def newest(self, now: Instant) -> PlatformKey:
        """Give the key of the newest certificate that holds, else of the newest there is."""
        return (self.valid_certificates(now) or list(self.certificates))[-1]

    def choose(self, asked: str, regime: Regime, now: Instant) -> Choice:
        """Decide what to sign by; ``asked`` is the caller's ``Wechatpay-Serial``, maybe empty."""
        key = self.named(asked) if asked else None
        if key is not None:
            return Choice(key, f"Wechatpay-Serial asked for {key.name}")
        why = f"Wechatpay-Serial asked for {asked}, which is unknown" if asked else _UNASKED
        of_regime = self.public_key if regime is Regime.PUBLIC_KEY else self.newest(now)
        return Choice(of_regime, f"{why}; the merchant is registered with {regime}")


ASKED_KEY = "asked_key"
"""The fact of an order or a refund that says which regime its own call asked for."""


def regime_asked(serial: str) -> str:
    """Tell what is kept of a call's ``Wechatpay-Serial``: a regime's name, or nothing.

    >>> regime_asked("PUB_KEY_ID_0119"), regime_asked("5157F09E"), regime_asked("")
    ('public_key', '', '')
    """
    is_public_key = serial.upper().startswith(PUBLIC_KEY_ID_PREFIX)
    return Regime.PUBLIC_KEY.value if is_public_key else ""


def regime_of_news(facts: Mapping[str, str], regime: Regime) -> Regime:
    """Tell by which regime a merchant is told of what these facts belong to."""
    return Regime(facts.get(ASKED_KEY, regime))


_UNASKED = "no Wechatpay-Serial came with the call"

PlatformKeys = Callable[[], Platform]
"""Gives the keys of the moment, since certificates follow each other while the service runs."""
