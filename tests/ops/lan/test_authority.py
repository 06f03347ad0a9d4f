"""The local authority certifies services of a local network, and can harm nobody else."""

from __future__ import annotations

import ssl
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SeededEntropy
from ledger.ops.lan.authority import (
    Authority,
    TlsFiles,
    certificate_for,
    certify,
    keep_authority,
    make_authority,
)
from ledger.protocol.errors.service import CertificateUnusable
from ledger.protocol.instants import DAY, Instant

NOW = SystemClock().now()
"""Whoever checks a certificate asks the machine's clock, so these are made today."""

_seeds = map(str, count())


def entropy() -> SeededEntropy:
    return SeededEntropy(next(_seeds))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return keep_authority(tmp_path, entropy(), now=NOW)


def shake_hands(files: TlsFiles, believed: Path, host: str) -> None:
    """Meet a server with this certificate as OpenSSL does; raises what it finds."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=believed)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=host)
    answering = server.wrap_bio(to_server, to_client, server_side=True)
    done = 0
    while done < 2:
        done = 0
        for side in (asking, answering):
            try:
                side.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("host", ["qrpay.local", "192.168.1.20", "localhost", "127.0.0.1"])
def test_a_service_is_believed_by_its_name_and_by_its_address(
    authority: Authority, tmp_path: Path, host: str
) -> None:
    names = ("qrpay.local", "localhost", "192.168.1.20", "127.0.0.1")
    files = certify(authority, tmp_path, names, entropy(), now=NOW)
    shake_hands(files, tmp_path / "ca.crt", host)


@pytest.mark.parametrize("stolen", ["shop.example", "8.8.8.8", "local.example"])
def test_a_name_outside_of_the_local_network_is_refused_whoever_certifies_it(
    authority: Authority, tmp_path: Path, stolen: str
) -> None:
    files = certify(authority, tmp_path, ("qrpay.local", stolen), entropy(), now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(files, tmp_path / "ca.crt", "qrpay.local")


def test_a_service_can_not_pass_for_an_authority(authority: Authority, tmp_path: Path) -> None:
    files = certify(authority, tmp_path, ("qrpay.local",), entropy(), now=NOW)
    own = x509.load_pem_x509_certificates(files.certificate.read_bytes())[0]
    key = load_pem_private_key(files.key.read_bytes(), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    forged = certificate_for(
        Authority(key, own), key.public_key(), ("bank.local",), entropy(), now=NOW
    )
    chain = (forged, own, authority.certificate)
    files.certificate.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    with pytest.raises(ssl.SSLCertVerificationError, match="invalid CA certificate"):
        shake_hands(files, tmp_path / "ca.crt", "bank.local")


def test_the_constraints_are_critical_so_that_nobody_may_overlook_them(
    authority: Authority,
) -> None:
    found = authority.certificate.extensions
    assert found.get_extension_for_class(x509.NameConstraints).critical
    basic = found.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)


def test_an_authority_lives_for_a_year_and_a_service_for_ninety_days(
    authority: Authority, tmp_path: Path
) -> None:
    files = certify(authority, tmp_path, ("qrpay.local",), entropy(), now=NOW)
    service = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    for certificate, days in ((authority.certificate, 365), (service, 90)):
        lives = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert lives.days == days  # and an hour before, for clocks that differ


def test_a_service_does_not_outlive_its_authority(authority: Authority, tmp_path: Path) -> None:
    late = Instant(NOW + 360 * DAY)
    files = certify(authority, tmp_path, ("qrpay.local",), entropy(), now=late)
    service = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    assert service.not_valid_after_utc == authority.certificate.not_valid_after_utc


def test_an_authority_is_kept_until_its_last_week_and_then_replaced(
    authority: Authority, tmp_path: Path
) -> None:
    month_before = keep_authority(tmp_path, entropy(), now=Instant(NOW + 330 * DAY))
    assert month_before.fingerprint == authority.fingerprint
    days_before = keep_authority(tmp_path, entropy(), now=Instant(NOW + 360 * DAY))
    assert days_before.fingerprint != authority.fingerprint


def test_keys_are_for_their_owner_only(authority: Authority, tmp_path: Path) -> None:
    certify(authority, tmp_path, ("qrpay.local",), entropy(), now=NOW)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert set(modes) == {"ca.key", "ca.crt", "tls.key", "tls.crt"}
    assert set(modes.values()) == {0o600}


@pytest.mark.usefixtures("authority")
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "ca.key").chmod(0o644)
    with pytest.raises(CertificateUnusable, match="chmod 600"):
        keep_authority(tmp_path, entropy(), now=NOW)


@pytest.mark.usefixtures("authority")
def test_a_key_and_a_certificate_that_do_not_belong_together_are_not_used(tmp_path: Path) -> None:
    other = make_authority(entropy(), now=NOW)
    (tmp_path / "ca.crt").write_bytes(other.certificate.public_bytes(Encoding.PEM))
    with pytest.raises(CertificateUnusable, match="not the key"):
        keep_authority(tmp_path, entropy(), now=NOW)


@pytest.mark.usefixtures("authority")
def test_a_damaged_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("nothing")
    with pytest.raises(CertificateUnusable, match="holds no authority"):
        keep_authority(tmp_path, entropy(), now=NOW)
