"""``qrpay gateway``: the ledger at the ports of the vendors' own hosts, 80 and 443.

Some SDKs ignore the port of the address they are given, and some programs can't be started by
``qrpay run``. A line in the hosts file leads the vendors' names to this machine, where these two
ports lead to the ledger:

    program ── http://openapi.alipay.com/gateway.do ───► 127.0.0.1:80  ─┐
    program ── https://openapi.alipay.com/gateway.do ──► 127.0.0.1:443 ─┴─► ledger (plain HTTP)

The certificate's authority is for the vendors' names and this machine alone. Its key is never
written down; its certificate is kept, so that a program is told of it once in ninety days.
"""

from __future__ import annotations

import time
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
from cryptography import x509

from ledger.app import VENDOR_HOSTS
from ledger.cli.redirection.command import HTTP_PORT, led_to, prepare
from ledger.cli.redirection.troubles import told_once
from ledger.cli.up import data_option, running_urls
from ledger.kit.clock import SystemClock
from ledger.kit.home import Home
from ledger.kit.redirection import environment
from ledger.kit.redirection.tunnel import LOOPBACK, Entry
from ledger.kit.terminal import PORT
from ledger.ops.lan.authority import RENEWED_BEFORE_MS, TlsFiles
from ledger.protocol.instants import SECOND

HTTPS_PORT: Final = 443
NETWORK: Final = "127.0.0.0/8"
HOSTS: Final = (*VENDOR_HOSTS, "localhost")
_WATCH_EVERY_S: Final = 0.5


@click.command()
@click.option(
    "--http-port", type=PORT, default=HTTP_PORT, show_default=True, help="0: any free one."
)
@click.option(
    "--https-port", type=PORT, default=HTTPS_PORT, show_default=True, help="0: any free one."
)
@click.option(
    "--address",
    default=LOOPBACK,
    show_default=True,
    help="One of 127.0.0.0/8; at another one the ledger answers by the vendors' names alone.",
)
@data_option
def gateway(http_port: int, https_port: int, address: str, data: Path) -> None:
    """Answer at ports 80 and 443 of this machine as the vendors' hosts do, until Ctrl-C.

    For SDKs that ignore ports and programs that `qrpay run` can't start. It prints what programs
    have to be told. Ports below 1024 may need root.
    """
    _require_own(address)
    ledger_port = urlsplit(running_urls(data)["ledger"]).port or HTTP_PORT
    folder = Home(data).part("gateway")
    tell = told_once(
        "qrpay gateway",
        certificate=str(folder / environment.CERTIFICATE),
        url=f"http://{LOOPBACK}:{ledger_port}",
    )
    destination = led_to(ledger_port, kept(folder, address), tell)
    try:
        entry = Entry(destination, address=address, http_port=http_port, https_port=https_port)
    except OSError as error:
        said = f"{error.strerror} (ports below 1024 may need root; --http-port, --https-port)"
        raise click.ClickException(said) from error
    with entry:
        _tell(entry, address, folder)
        try:
            while True:
                time.sleep(_WATCH_EVERY_S)
        except KeyboardInterrupt:
            click.echo("Stopping.", err=True)


def _require_own(address: str) -> None:
    try:
        is_own = IPv4Address(address).is_loopback
    except ValueError:
        is_own = False
    if not is_own:
        raise click.UsageError(f"{address} is not an address of this machine's own ({NETWORK})")


def kept(folder: Path, address: str) -> TlsFiles:
    """Find the certificate of a folder; made where it holds for no week more, or not for these."""
    files = TlsFiles(folder / "tls.crt", folder / "tls.key")
    if not _holds(files.certificate, address):
        return prepare(folder, HOSTS, addresses=(LOOPBACK, address), networks=(NETWORK,))
    return files


def _holds(path: Path, address: str) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = set(named.get_values_for_type(x509.DNSName))
    addresses = named.get_values_for_type(x509.IPAddress)
    left_s = certificate.not_valid_after_utc.timestamp() - SystemClock().now() / SECOND
    is_known = names >= set(HOSTS) and IPv4Address(address) in addresses
    return is_known and left_s * SECOND > RENEWED_BEFORE_MS


def _tell(entry: Entry, address: str, folder: Path) -> None:
    certificate = folder / environment.CERTIFICATE
    store = folder / environment.TRUST_STORE
    click.echo(
        f"http   http://{address}:{entry.http_port}\n"
        f"https  https://{address}:{entry.https_port}\n"
        f"In the hosts file (/etc/hosts), where names are to lead here:\n"
        f"  {address} {' '.join(VENDOR_HOSTS)}\n"
        f"For programs that speak https:\n"
        f"  Python, Go  SSL_CERT_FILE={certificate}\n"
        f"  Node        NODE_EXTRA_CA_CERTS={certificate}\n"
        f"  PHP         PHP_INI_SCAN_DIR=:{folder}\n"
        f"  Java        JAVA_TOOL_OPTIONS='-Djavax.net.ssl.trustStore={store}"
        f" -Djavax.net.ssl.trustStorePassword={environment.TRUST_STORE_WORD}'\n"
        "Stop with Ctrl-C."
    )
