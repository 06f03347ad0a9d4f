"""The vendors' own ports lead to the service, by http and by https, at this machine's addresses."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import Exit
from ledger.cli.redirection.command import led_to
from ledger.cli.redirection.entry import HOSTS, gateway, kept
from ledger.kit.redirection import environment
from ledger.kit.redirection.tunnel import LOOPBACK, Entry


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture
def entry(folder: Path) -> Iterator[Entry]:
    with socket.create_server((LOOPBACK, 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"heard " + connection.recv(100))

        threading.Thread(target=speak, daemon=True).start()
        led = led_to(listener.getsockname()[1], kept(folder, LOOPBACK))
        with Entry(led, address=LOOPBACK, http_port=0, https_port=0) as made:
            yield made


def test_plain_http_leads_to_the_service(entry: Entry) -> None:
    with socket.create_connection((LOOPBACK, entry.http_port), 5) as plain:
        plain.sendall(b"tea")
        assert plain.recv(100) == b"heard tea"


@pytest.mark.parametrize("host", ["openapi.alipay.com", "open-de-global.alipay.com", LOOPBACK])
def test_tls_is_answered_as_each_vendors_host_and_as_this_machine(
    entry: Entry, folder: Path, host: str
) -> None:
    context = ssl.create_default_context(cafile=str(folder / environment.CERTIFICATE))
    plain = socket.create_connection((LOOPBACK, entry.https_port), 5)
    with context.wrap_socket(plain, server_hostname=host) as secured:
        secured.sendall(b"tea")
        assert secured.recv(100) == b"heard tea"


def test_a_certificate_is_kept_and_made_anew_for_another_address(folder: Path) -> None:
    before = kept(folder, LOOPBACK).certificate.read_bytes()
    assert kept(folder, LOOPBACK).certificate.read_bytes() == before
    other = folder / "other"
    other.mkdir()
    first = kept(other, LOOPBACK).certificate.read_bytes()
    assert kept(other, "127.0.0.2").certificate.read_bytes() != first
    assert not list(folder.glob("ca.key"))  # nobody can certify anything more
    assert "openapi.alipay.com" in HOSTS


def test_a_port_that_is_taken_is_told_and_leaves_none_open(entry: Entry, folder: Path) -> None:
    led = led_to(1, kept(folder, LOOPBACK))
    with pytest.raises(OSError, match="in use"):
        Entry(led, address=LOOPBACK, http_port=0, https_port=entry.https_port)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "openapi.alipay.com"])  # noqa: S104 - refused
def test_only_this_machines_own_addresses_are_answered_at(tmp_path: Path, address: str) -> None:
    done = CliRunner().invoke(gateway, ["--address", address, "--data", str(tmp_path)])
    assert (done.exit_code, "own" in done.output) == (Exit.USAGE, True)
