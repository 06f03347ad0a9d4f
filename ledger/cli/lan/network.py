"""Where a local network finds the services, and what of them it may reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from ledger.cli.services import start_door, stop
from ledger.kit import pages
from ledger.kit.entropy import Entropy
from ledger.kit.home import Home, RunningService
from ledger.kit.network.interfaces import is_private
from ledger.kit.network.ports import free_port, require_free
from ledger.ops.lan.authority import TlsFiles, certify, keep_authority
from ledger.protocol.errors.service import AddressNotPrivate
from ledger.protocol.instants import Instant

RECEIPTS: Final = "/receipt/"
SANDBOX: Final = "/_sandbox"
NOTIFY: Final = "/notify"


@dataclass(frozen=True)
class DoorPorts:
    """Where the doors listen."""

    guest: int = 8410
    till: int = 8411
    wallet: int = 8412

    @classmethod
    def beginning_at(cls, first: int) -> DoorPorts:
        """Take three ports in a row, or any free ones for 0."""
        if first == 0:
            return cls(free_port(), free_port(), free_port())
        return cls(first, first + 1, first + 2)


@dataclass(frozen=True)
class Network:
    """One local network as the services are opened to it.

    ``address`` is this machine's, ``name`` what stands before ``.local``. ``plain_http`` lets
    guests in without certificates, ``till_too`` opens the till to tablets.
    """

    address: str
    name: str
    ports: DoorPorts
    plain_http: bool
    till_too: bool
    files: TlsFiles
    authority: Path
    fingerprint: str

    @property
    def host(self) -> str:
        """The name that https needs, because passkeys are not given to addresses."""
        return f"{self.name}.local"

    @property
    def trust_url(self) -> str:
        """Where a person learns how a device comes to believe the authority."""
        return f"http://{self.address}:{self.ports.guest}/trust"

    @property
    def wallet_url(self) -> str:
        """Where the full wallet is, by https."""
        return f"https://{self.host}:{self.ports.wallet}"

    @property
    def till_url(self) -> str:
        """Where a tablet finds the till, by https."""
        return f"https://{self.host}:{self.ports.till}"

    @property
    def link_base(self) -> str:
        """What links in codes begin with: any phone's way in, or that of phones that believe us."""
        guests = f"http://{self.address}:{self.ports.guest}"
        return guests if self.plain_http else self.wallet_url

    def settings(self) -> dict[str, dict[str, str]]:
        """Tell till and wallet what they are called in the network."""
        names = f"127.0.0.1,localhost,{self.address},{self.host}"
        return {
            "pos": {
                "QRPAY_POS_HOSTS": names,
                "QRPAY_POS_BEHIND_DOOR": "1",
                "QRPAY_POS_WALLET_URL": self.link_base,
                "QRPAY_POS_RECEIPT_URL": self.link_base,
            },
            "wallet": {"QRPAY_WALLET_HOSTS": names, "QRPAY_WALLET_BEHIND_DOOR": "1"},
        }


def prepare(
    home: Home,
    *,
    address: str,
    name: str,
    ports: DoorPorts,
    plain_http: bool,
    till_too: bool,
    entropy: Entropy,
    now: Instant,
) -> Network:
    """Make sure of the address and of free ports, and renew the certificate.

    Raises ``AddressNotPrivate``, ``PortTaken``, and what ``keep_authority`` raises.
    """
    if not (is_private(address) or IPv4Address(address).is_loopback):
        raise AddressNotPrivate(f"{address} can be reached from the internet")
    for port in (ports.guest, ports.wallet, *((ports.till,) if till_too else ())):
        require_free(address, port)
    folder = home.part("lan")
    authority = keep_authority(folder, entropy, now=now)
    names = (f"{name}.local", "localhost", address)
    return Network(
        address=address,
        name=name,
        ports=ports,
        plain_http=plain_http,
        till_too=till_too,
        files=certify(authority, folder, names, entropy, now=now),
        authority=folder / "ca.crt",
        fingerprint=authority.fingerprint,
    )


def open_doors(home: Home, network: Network, urls: Mapping[str, str]) -> list[RunningService]:
    """Start the doors in front of the services that answer at ``urls``; all of them or none."""
    wallet, till = urls["wallet"], urls["pos"]
    # Receipts look as the till says, so its files are reached too, beside those of the wallet.
    files_of_till = pages.Site("pos", "pos.web").assets.root
    to_wallet = {"/": wallet, RECEIPTS: till, files_of_till: till, SANDBOX: ""}
    started: list[RunningService] = []
    try:
        guests = to_wallet if network.plain_http else {}
        started.append(_open(home, network, "guest-door", network.ports.guest, guests))
        started.append(_open(home, network, "wallet-door", network.ports.wallet, to_wallet))
        if network.till_too:
            to_till = {"/": till, SANDBOX: "", NOTIFY: ""}
            started.append(_open(home, network, "till-door", network.ports.till, to_till))
    except BaseException:
        stop(started)
        raise
    return started


def _open(
    home: Home, network: Network, name: str, port: int, table: Mapping[str, str]
) -> RunningService:
    is_plain = name == "guest-door"
    settings = {
        "QRPAY_DOOR_NAME": name,
        "QRPAY_DOOR_HOST": network.address,
        "QRPAY_DOOR_PORT": str(port),
        "QRPAY_DOOR_TABLE": ",".join(f"{beginning}={url}" for beginning, url in table.items()),
        "QRPAY_DOOR_AUTHORITY": str(network.authority),
        "QRPAY_DOOR_TRUST_URL": network.trust_url,
        "QRPAY_DOOR_WALLET_URL": network.wallet_url,
    }
    if is_plain:
        settings |= {"QRPAY_DOOR_PLAIN_HTTP": "1", "QRPAY_DOOR_ANNOUNCED": network.name}
    else:
        settings |= {
            "QRPAY_DOOR_TLS_CERT": str(network.files.certificate),
            "QRPAY_DOOR_TLS_KEY": str(network.files.key),
        }
    url = f"{'http' if is_plain else 'https'}://{network.address}:{port}"
    return start_door(home, name, url, settings, None if is_plain else network.authority)
