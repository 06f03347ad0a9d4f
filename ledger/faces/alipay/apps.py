"""Whom a call is from: a registered app and the keys it signs with; and the platform's own keys.

What an app has registered stands in ``ledger.core.vendors.alipay``. The platform's key pair is
another than any app's: the SDK for Java refuses to work if they are equal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors.alipay import APP_CERT, APP_PUBLIC_KEY
from ledger.faces.alipay.calls.refusals import gateway
from ledger.protocol import rsa
from ledger.protocol.alipay_wire.certificates import Named, root_sn
from ledger.protocol.errors.trust import KeyFormat

ORGANISATION: Final = (("C", "CN"), ("O", "QRPay"), ("OU", "Sandbox"))
"""How names in certificates begin: one SDK reads exactly these and the common name."""

ROOT: Final = "QRPay Sandbox Root"


@dataclass(frozen=True)
class Platform:
    """The platform's key, and the certificates apps in certificate mode know it by, in PEM."""

    key: RSAPrivateKey
    cert: str
    root_cert: str

    @property
    def chain(self) -> str:
        """The certificate with the root's behind it.

        So the platform hands it out, and the SDK for PHP looks for the issuer nowhere else.
        """
        return self.cert + self.root_cert

    @property
    def cert_sn(self) -> str:
        """The name of the platform's certificate."""
        return named(self.cert).sn

    @property
    def root_cert_sn(self) -> str:
        """The name of the root that apps trust."""
        return root_sn([named(self.root_cert)])


@lru_cache(64)
def named(pem: str) -> Named:
    """Read what a certificate's name is made of; raises ``KeyFormat``."""
    certificate = _read(pem)
    issuer = tuple((part.rfc4514_attribute_name, str(part.value)) for part in certificate.issuer)
    return Named(
        issuer, certificate.serial_number, certificate.signature_algorithm_oid.dotted_string
    )


@lru_cache(64)
def _read(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise KeyFormat("not a certificate in PEM") from error


@lru_cache(64)
def _cert_key(pem: str) -> RSAPublicKey:
    key = _read(pem).public_key()
    if not isinstance(key, RSAPublicKey):
        raise KeyFormat("not a certificate of an RSA key")
    return rsa.strong(key)


@lru_cache(64)
def _public_key(text: str) -> RSAPublicKey:
    return rsa.public_key(text)


def issued(common_name: str, key: RSAPublicKey) -> Named:
    """Give the name of the certificate that the root issues for a key.

    Its number is made of the subject's name and the key, so one key always has the same name.
    """
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(common_name.encode() + raw).digest()
    return Named((*ORGANISATION, ("CN", ROOT)), int.from_bytes(digest[:16], "big") >> 1, "")


def key_of(account: VendorAccount, app_cert_sn: str) -> RSAPublicKey:
    """Give the key that an app's calls are signed with, in the mode of the call.

    A certificate is one that the app has registered, or that the root issues for its registered
    key.
    """
    registered = account.settings.get(APP_PUBLIC_KEY, "")
    if app_cert_sn:
        if registered and issued(account.account_id, _public_key(registered)).sn == app_cert_sn:
            return _public_key(registered)
        cert = account.settings.get(APP_CERT, "")
        if not cert or named(cert).sn != app_cert_sn:
            raise gateway("isv.app-cert-not-exist", app_cert_sn[:40])
        return _cert_key(cert)
    if registered:
        return _public_key(registered)
    if APP_CERT in account.settings:
        raise gateway("isv.missing-app-cert-sn")
    raise gateway("isv.missing-signature-key")
