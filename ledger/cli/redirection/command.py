"""``qrpay run -- COMMAND``: run a program whose SDK knows only the vendor's address.

The program is not changed. It finds a proxy and a certificate in its environment; what it says to a
vendor's host arrives at the ledger that ``qrpay up`` keeps running, and any other https host is
refused. The certificate's authority is made for this run, for the vendors' names alone, and its key
is never written down.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import click
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, PKCS12Certificate

from ledger import config
from ledger.app import VENDOR_HOSTS
from ledger.cli.redirection.troubles import told_once
from ledger.cli.up import data_option, running_urls
from ledger.faces.wechatpay.answering import ANSWER_HEADERS
from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.redirection import environment
from ledger.kit.redirection.environment import Places
from ledger.kit.redirection.tunnel import LOOPBACK, Destination, Tell, Tunnel, tell_nobody
from ledger.ops.lan.authority import Authority, TlsFiles, certify, make_authority

HTTP_PORT = 80


class NotStarted(click.ClickException):
    """The program is not there, or none; the exit code is the one that shells give then."""

    exit_code = 127


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@data_option
def run(command: Sequence[str], data: Path) -> None:
    """Run COMMAND so that what it says to Alipay, Antom or WeChat Pay arrives at the ledger.

    Nothing in the program changes: `qrpay run -- python shop.py`. Exit code: the program's own, or
    127 if it can't be started.
    """
    port = urlsplit(running_urls(data)["ledger"]).port or HTTP_PORT
    with tempfile.TemporaryDirectory(prefix="qrpay-run-") as folder:
        status = run_at(command, port=port, folder=Path(folder))
    raise SystemExit(status)


def run_at(
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    more: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Run a command against the ledger at a local port, with more variables; its exit code."""
    files = prepare(folder, VENDOR_HOSTS)
    tell = told_once("qrpay run", certificate="$SSL_CERT_FILE", url=f"http://{LOOPBACK}:{port}")
    with Tunnel(led_to(port, files, tell)) as tunnel:
        places = Places(tunnel.proxy_port, tunnel.tls_port, folder, VENDOR_HOSTS)
        told = environment.variables(places, config.environment_with({}))
        return _status_of(command, config.environment_with({**told, **more}))


def _status_of(command: Sequence[str], variables: Mapping[str, str]) -> int:
    try:
        return subprocess.run(command, env=variables, check=False).returncode  # noqa: S603
    except OSError as error:
        raise NotStarted(f"{command[0]} can't be started: {error.strerror}") from error


def led_to(port: int, files: TlsFiles, tell: Tell = tell_nobody) -> Destination:
    """Say that all vendors' hosts lead to the ledger at a local port, and who hears of troubles."""
    return Destination(VENDOR_HOSTS, files.certificate, files.key, port, ANSWER_HEADERS, tell)


def prepare(
    folder: Path,
    hosts: Sequence[str],
    *,
    addresses: Sequence[str] = (),
    networks: Sequence[str] = (),
) -> TlsFiles:
    """Make an authority and certificate for these hosts, and what programs believe them by.

    It holds for ``addresses`` of IPv4, too, which are in ``networks``.
    """
    entropy, now = SystemEntropy(), SystemClock().now()
    authority = make_authority(entropy, now=now, names=hosts, networks=networks)
    pem = authority.certificate.public_bytes(Encoding.PEM)
    (folder / environment.CERTIFICATE).write_bytes(pem)
    (folder / environment.TRUST_STORE).write_bytes(_trust_store(authority))
    hook = folder / environment.HOOK_COPY
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(environment.START_HOOK.read_text("utf-8"), encoding="utf-8")
    (folder / "qrpay.ini").write_text(environment.php_settings(folder), encoding="utf-8")
    return certify(authority, folder, [*hosts, *addresses], entropy, now=now)


def _trust_store(authority: Authority) -> bytes:
    """Put the certificate into the form that Java reads."""
    word = environment.TRUST_STORE_WORD.encode()
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(20_000)
        .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(word)
    )
    named = PKCS12Certificate(authority.certificate, b"qrpay run")
    return pkcs12.serialize_java_truststore([named], protection)
