"""The local network: is there one, is it still the same, do phones find us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from ledger.cli.doctor.finding import Finding, Level, Surroundings, ok
from ledger.kit.network.listening import is_loopback
from ledger.protocol.instants import DAY, SECOND

GUEST_DOOR: Final = "guest-door"
SOON_MS: Final = 7 * DAY


def address(around: Surroundings) -> Iterator[Finding]:
    """Look whether this machine has an address that phones reach, still the one of the doors."""
    found = list(around.interfaces())
    for each in found:
        kind = ", of a virtual network where no phone is" if each.is_virtual else ""
        yield ok("network", f"{each.address} ({each.name}{kind})")
    if not any(not each.is_virtual for each in found):
        yield Finding(
            "network",
            Level.HINT,
            "this machine is in no local network",
            "Phones can't reach it; on this machine itself everything works.",
            "Join a Wi-Fi, or let this machine make one (hotspot).",
        )
    opened = _address_of_doors(around)
    if opened and not is_loopback(opened) and opened not in {each.address for each in found}:
        yield Finding(
            "network",
            Level.PROBLEM,
            f"the doors listen at {opened}, which is no longer this machine's address",
            "The network has given it another one; codes and the certificate name the old one.",
            "qrpay down, then qrpay up --lan",
        )


def isolation(around: Surroundings) -> Iterator[Finding]:
    """Say how to find out whether the Wi-Fi keeps its guests apart; nobody can see it from here."""
    opened = [each for each in around.services() if each.name == GUEST_DOOR]
    for door in opened:
        yield Finding(
            "isolation",
            Level.HINT,
            "whether phones are let through to this machine can only be seen on a phone",
            "Guest networks often keep their devices apart (client isolation): the phone is "
            "online and still finds nothing here.",
            f"Open {door.url}/trust on a phone in the same Wi-Fi. If nothing comes, use a network "
            "of your own, such as this machine's hotspot, or look at its firewall "
            f"(sudo ufw allow {urlsplit(door.url).port}/tcp).",
        )


def name(around: Surroundings) -> Iterator[Finding]:
    """Look whether the network knows our name, and as ours."""
    opened = _address_of_doors(around)
    host = _certified_name(around)
    if not opened or not host or not around.has("zeroconf"):
        return
    found = around.locate(host, opened)
    if found == opened:
        yield ok("name", f"{host}.local is {found}")
    elif found:
        yield Finding(
            "name",
            Level.PROBLEM,
            f"{host}.local is {found}, not this machine ({opened})",
            "Another machine has the same name; phones may reach that one.",
            "qrpay down, then qrpay up --lan --lan-name with another name",
        )
    else:
        yield Finding(
            "name",
            Level.HINT,
            f"nobody answers for {host}.local",
            "The network may not pass multicast on; https needs the name.",
            "Phones use the address instead; passkeys don't work there.",
        )


def certificate(around: Surroundings) -> Iterator[Finding]:
    """Look how long the certificates still hold, by the clock that phones go by."""
    for file, called in (("ca.crt", "authority"), ("tls.crt", "service")):
        path = around.home.folder / "lan" / file
        if not path.exists():
            continue
        found = x509.load_pem_x509_certificates(path.read_bytes())[0]
        left_ms = int(found.not_valid_after_utc.timestamp()) * SECOND - around.clock.now()
        told = f"the certificate of the {called} holds for {max(0, left_ms) // DAY} more days"
        if left_ms < SOON_MS:
            yield Finding(
                "certificate",
                Level.PROBLEM,
                told,
                "Phones refuse it afterwards.",
                "qrpay down, then qrpay up --lan makes a new one"
                + ("; devices have to be told again" if file == "ca.crt" else ""),
            )
        else:
            yield ok("certificate", told)


def _address_of_doors(around: Surroundings) -> str:
    doors = [each for each in around.services() if each.name.endswith("-door")]
    return urlsplit(doors[0].url).hostname or "" if doors else ""


def _certified_name(around: Surroundings) -> str:
    path = around.home.folder / "lan" / "tls.crt"
    if not path.exists():
        return ""
    found = x509.load_pem_x509_certificates(path.read_bytes())[0]
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = names.get_values_for_type(x509.DNSName)
    return next((each.removesuffix(".local") for each in hosts if each.endswith(".local")), "")
