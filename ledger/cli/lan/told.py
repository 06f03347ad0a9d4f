"""What ``qrpay up --lan`` says: where phones go, with a code to scan, and what to know about it."""

from __future__ import annotations

import click

from ledger.cli.lan.network import Network
from ledger.kit import qr
from ledger.kit.network.interfaces import lan_interfaces
from ledger.kit.terminal import installing
from ledger.ops.lan import announcer


def tell(network: Network) -> None:
    """Print the addresses, a code of the one that phones begin with, and the hints."""
    first = network.link_base if network.plain_http else network.trust_url
    click.echo("\nFor phones in this network:")
    for line in qr.terminal(qr.encode(first, qr.Level.M)).splitlines():
        click.secho(line, fg="bright_white", bg="black")  # also where a terminal is light
    click.echo(f"  {'begin here':<11} {first}")
    click.echo(f"  {'wallet':<11} {network.wallet_url}   (needs the certificate)")
    if network.till_too:
        click.echo(f"  {'till':<11} {network.till_url}   (needs the certificate)")
    click.echo(f"  {'certificate':<11} {network.trust_url}")
    click.echo(f"  {'its SHA-256':<11} {network.fingerprint}")
    for hint in _hints(network):
        click.echo(f"* {hint}")


def as_json(network: Network) -> dict[str, object]:
    """Tell the same to a program."""
    return {
        "address": network.address,
        "name": network.host,
        "link_base": network.link_base,
        "wallet_url": network.wallet_url,
        "till_url": network.till_url if network.till_too else None,
        "trust_url": network.trust_url,
        "fingerprint": network.fingerprint,
        "authority": str(network.authority),
        "plain_http": network.plain_http,
        "announced": announcer.is_installed(),
    }


def _hints(network: Network) -> list[str]:
    hints = []
    if network.plain_http:
        hints.append(
            "Everybody in this network can read along, and use the wallets: play money only."
        )
    else:
        hints.append(
            "Phones that don't believe the certificate get a warning. "
            "To let them in without encryption: --plain-http"
        )
    if network.till_too:
        hints.append("Everybody in this network can use the till: take a network of your own.")
    if not announcer.is_installed():
        hints.append(f"{network.host} is not announced: {installing('lan')}")
    others = [each for each in lan_interfaces() if each.address != network.address]
    if others:
        listed = ", ".join(f"{each.address} ({each.name})" for each in others)
        hints.append(f"Other addresses of this machine, for --lan-address: {listed}")
    hints.append("If a phone finds nothing here, `qrpay doctor` says what to look at.")
    return hints
