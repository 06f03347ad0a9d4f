"""The platform's side of Alipay's keys: its key, its certificate, and the root that apps trust.

    alipay-platform.key     signs every answer and notification
    alipay-platform.crt     alipayCertPublicKey_RSA2.crt of apps in certificate mode
    alipay-root.key         signs certificates, the platform's and apps'
    alipay-root.crt         alipayRootCert.crt

They are kept with the provider's other vendor keys, each made when it is first needed. Names in
certificates have exactly country, organisation, unit and common name, in this order: one SDK reads
these four and no others when it computes the name of a certificate.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ledger.faces.alipay.apps import ORGANISATION, ROOT, Platform, issued
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.protocol.instants import Instant

KEY: Final = "alipay-platform.key"
CERT: Final = "alipay-platform.crt"
ROOT_KEY: Final = "alipay-root.key"
ROOT_CERT: Final = "alipay-root.crt"

_DAYS: Final = 3650
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OIDS: Final = {
    "C": NameOID.COUNTRY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": NameOID.COMMON_NAME,
}
_OWN: Final = "QRPay Sandbox"


def platform(secrets: SecretFolder, now: Instant) -> Platform:
    """Give the platform's keys, made first where there are none.

    ``now`` is when certificates that are made begin. Raises ``KeyFileUnusable``.
    """
    root_key = rsa_keys.keep(secrets, ROOT_KEY)
    key = rsa_keys.keep(secrets, KEY)
    return Platform(
        key=key,
        cert=secrets.keep(CERT, lambda: certificate(_OWN, key.public_key(), root_key, now)),
        root_cert=secrets.keep(
            ROOT_CERT, lambda: certificate(ROOT, root_key.public_key(), root_key, now)
        ),
    )


def app_certificate(secrets: SecretFolder, app_id: str, key: RSAPublicKey, now: Instant) -> str:
    """Certify an app's public key by the root; PEM. Its name is the one ``apps.issued`` tells."""
    return certificate(app_id, key, rsa_keys.keep(secrets, ROOT_KEY), now)


def certificate(common_name: str, key: RSAPublicKey, issuer: RSAPrivateKey, now: Instant) -> str:
    """Certify a public key in the root's name; PEM."""
    begins = _EPOCH + timedelta(milliseconds=now)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(_name(ROOT))
        .public_key(key)
        .serial_number(issued(common_name, key).serial)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=_DAYS))
        .add_extension(
            x509.BasicConstraints(ca=common_name == ROOT, path_length=None), critical=True
        )
        .sign(issuer, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode("ascii")


def _name(common_name: str) -> x509.Name:
    parts = (*ORGANISATION, ("CN", common_name))
    return x509.Name([x509.NameAttribute(_OIDS[short], text) for short, text in parts])
