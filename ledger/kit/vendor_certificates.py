"""Certificates of a vendor's world as files: X.509 (RFC 5280) of RSA keys, read and made.

A merchant of WeChat Pay signs by a key whose certificate the platform knows, and the platform by
one that merchants download. What such a certificate means to a signature stands in
``ledger.protocol.wechatpay_wire.certificates``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from ledger.protocol import rsa
from ledger.protocol.errors.trust import KeyFormat
from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire.certificates import Certificate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(256)
def read(pem: str) -> Certificate:
    """Read a certificate of an RSA key; anything else raises ``KeyFormat``."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise KeyFormat("not a certificate in PEM") from error
    return Certificate(
        pem=pem,
        serial_no=f"{certificate.serial_number:X}",
        public_key=rsa.strong(certificate.public_key()),
        not_before=_instant(certificate.not_valid_before_utc),
        not_after=_instant(certificate.not_valid_after_utc),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for: an organisation and its number or name, and the public key."""

    organisation: str
    common_name: str
    public_key: RSAPublicKey


def issue(
    subject: Subject, *, issuer: str, key: RSAPrivateKey, serial: int, begins: Instant, days: int
) -> str:
    """Make a certificate signed by ``key`` in the name of ``issuer``; PEM."""
    begins_at = _EPOCH + timedelta(milliseconds=begins)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject.organisation, subject.common_name))
        .issuer_name(_name("QRPay sandbox", issuer))
        .public_key(subject.public_key)
        .serial_number(serial)
        .not_valid_before(begins_at)
        .not_valid_after(begins_at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _instant(moment: datetime) -> Instant:
    return Instant((moment - _EPOCH) // timedelta(milliseconds=1))
