"""A certificate authority for one local network, and the certificates of the services in it.

People are asked to let their own device believe this authority, so it must not be able to harm
them: a *critical* name constraint (RFC 5280, section 4.2.1.10) lets it certify ``*.local``,
``localhost`` and private addresses only, and a path length of 0 lets it make no further authority.
A certificate of it for any other name is refused by every browser and by OpenSSL, whoever stole the
key.

    FOLDER/ca.key    the authority's key, for its owner's eyes only
    FOLDER/ca.crt    its certificate (PEM); ``Authority.der`` is what phones take
    FOLDER/tls.key   the services' key, for its owner's eyes only
    FOLDER/tls.crt   their certificate, made anew at each start

All keys are P-256 (FIPS 186-5), which every phone in use knows. The authority lives for a year; a
service's certificate for at most 90 days, and never longer than its authority.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger.protocol.errors.service import CertificateUnusable
from ledger.protocol.instants import DAY, HOUR, SECOND, Instant

AUTHORITY_LIFE_MS: Final = 365 * DAY
SERVICE_LIFE_MS: Final = 90 * DAY
RENEWED_BEFORE_MS: Final = 7 * DAY
"""An authority with less to live is replaced; its devices have to be told again."""

PERMITTED_NAMES: Final = ("local", "localhost")
PERMITTED_NETWORKS: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
"""RFC 1918 and the machine itself."""

_CLOCKS_DIFFER_MS: Final = 1 * HOUR
_SCALAR_BYTES: Final = 48
_SERIAL_BYTES: Final = 16
_GROUP_SIZE: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ORGANISATION: Final = "qrpay demo, play money only"

Entropy = Callable[[int], bytes]


@dataclass(frozen=True)
class Authority:
    """An authority that can certify services; devices are asked to trust ``certificate``."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate as a phone takes it (``application/x-x509-ca-cert``)."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as devices show it: pairs of digits with colons between."""
        return self.certificate.fingerprint(SHA256()).hex(":").upper()


@dataclass(frozen=True)
class TlsFiles:
    """Where a server finds its certificate, followed by its authority's, and its key."""

    certificate: Path
    key: Path


def keep_authority(folder: Path, entropy: Entropy, *, now: Instant) -> Authority:
    """Read the authority of a folder, made first where there is none that lives for another week.

    Raises ``CertificateUnusable`` for files that are damaged or open to others.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _read(folder)
    if kept is None or _ends_at(kept.certificate) - now < RENEWED_BEFORE_MS:
        kept = make_authority(entropy, now=now)
        _write(folder / "ca.key", _pem_of(kept.key))
        _write(folder / "ca.crt", kept.certificate.public_bytes(Encoding.PEM))
    return kept


def make_authority(
    entropy: Entropy,
    *,
    now: Instant,
    names: Sequence[str] = PERMITTED_NAMES,
    networks: Sequence[str] = PERMITTED_NETWORKS,
) -> Authority:
    """Make an authority that lives for a year, for these names and networks and no others."""
    key = _new_key(entropy)
    # Two machines' authorities may stand in one phone's list; a number tells them apart.
    name = _name(f"qrpay local demo authority {entropy(3).hex()}")
    permitted = [
        *(x509.DNSName(each) for each in names),
        *(x509.IPAddress(IPv4Network(each)) for each in networks),
    ]
    ends_at = Instant(now + AUTHORITY_LIFE_MS)
    made = (
        _begun(name, name, key.public_key(), entropy=entropy, begins_at=now, ends_at=ends_at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, excluded_subtrees=None), critical=True)
        .sign(key, SHA256())
    )
    return Authority(key, made)


def certify(
    authority: Authority, folder: Path, names: Sequence[str], entropy: Entropy, *, now: Instant
) -> TlsFiles:
    """Make a key and a certificate for these names and IPv4 addresses, and write both to a folder.

    Names outside of what the authority may certify are not looked for here: whoever checks the
    certificate refuses them.
    """
    key = _new_key(entropy)
    certificate = certificate_for(authority, key.public_key(), names, entropy, now=now)
    files = TlsFiles(folder / "tls.crt", folder / "tls.key")
    chain = (certificate, authority.certificate)
    _write(files.key, _pem_of(key))
    _write(files.certificate, b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    return files


def certificate_for(
    authority: Authority,
    key: ec.EllipticCurvePublicKey,
    names: Sequence[str],
    entropy: Entropy,
    *,
    now: Instant,
) -> x509.Certificate:
    """Certify that a server with this key may call itself by these names for up to 90 days."""
    issuer = authority.certificate
    ends_at = Instant(min(now + SERVICE_LIFE_MS, _ends_at(issuer)))
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begun(
            _name(names[0]), issuer.subject, key, entropy=entropy, begins_at=now, ends_at=ends_at
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(_alternative, names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(authority.key, SHA256())
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    entropy: Entropy,
    begins_at: Instant,
    ends_at: Instant,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(int.from_bytes(entropy(_SERIAL_BYTES), "big") >> 1 | 1)
        .not_valid_before(_datetime(Instant(begins_at - _CLOCKS_DIFFER_MS)))
        .not_valid_after(_datetime(ends_at))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(IPv4Address(name))
    except ValueError:
        return x509.DNSName(name)


def _new_key(entropy: Entropy) -> ec.EllipticCurvePrivateKey:
    # With 128 bits more than the order has, no scalar is likelier (FIPS 186-5, A.2.1).
    scalar = 1 + int.from_bytes(entropy(_SCALAR_BYTES), "big") % (_GROUP_SIZE - 1)
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _datetime(instant: Instant) -> datetime:
    return datetime.fromtimestamp(instant // SECOND, UTC)


def _ends_at(certificate: x509.Certificate) -> Instant:
    return Instant(int(certificate.not_valid_after_utc.timestamp()) * SECOND)


def _read(folder: Path) -> Authority | None:
    key_file, certificate_file = folder / "ca.key", folder / "ca.crt"
    if not (key_file.exists() and certificate_file.exists()):
        return None
    if key_file.stat().st_mode & 0o077:
        raise CertificateUnusable(f"{key_file} is open to others: chmod 600")
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except ValueError as error:
        raise CertificateUnusable(f"{folder} holds no authority: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateUnusable(f"{key_file} is not a P-256 key")
    if key.public_key() != certificate.public_key():
        raise CertificateUnusable(f"{key_file} is not the key of {certificate_file}")
    return Authority(key, certificate)


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place whole, readable by its owner only from its first byte on."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    fresh.replace(path)
