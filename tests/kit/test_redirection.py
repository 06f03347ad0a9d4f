"""A program is led to the service of this machine, by proxy or by TLS, and to nobody else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from ledger.cli.redirection.command import NotStarted, led_to, prepare, run_at
from ledger.cli.redirection.troubles import told_once
from ledger.faces.wechatpay.answering import ANSWER_HEADERS
from ledger.kit.redirection import environment
from ledger.kit.redirection.environment import Places
from ledger.kit.redirection.tunnel import Trouble, Tunnel

HOST = "api.mch.weixin.qq.com"
SMALL = "".join(f"{name.lower()}: 1\r\n" for name in ANSWER_HEADERS)
HEAD = "HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n"
ANSWERS = {b"GET /": HEAD.format(SMALL).encode()}


@pytest.fixture
def service() -> Iterator[int]:
    """A service that answers once, with small names as our server writes them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(ANSWERS.get(connection.recv(100), b"heard tea"))

        threading.Thread(target=speak, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.fixture
def tunnel(tmp_path: Path, service: int) -> Iterator[Tunnel]:
    files = prepare(tmp_path, [HOST])
    with Tunnel(led_to(service, files)) as made:
        yield made


def _secured(plain: socket.socket, folder: Path, host: str = HOST) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(folder / environment.CERTIFICATE))
    return context.wrap_socket(plain, server_hostname=host)


def _asked(tunnel: Tunnel, request: bytes) -> tuple[socket.socket, bytes]:
    plain = socket.create_connection(("127.0.0.1", tunnel.proxy_port), 5)
    plain.sendall(request)
    return plain, plain.recv(200)


def test_a_tunnel_to_a_vendors_host_ends_at_the_service(tunnel: Tunnel, tmp_path: Path) -> None:
    plain, answer = _asked(tunnel, f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200 ")
    with closing(_secured(plain, tmp_path)) as secured:
        secured.sendall(b"tea")
        assert secured.recv(100) == b"heard tea"


def test_a_program_may_speak_tls_at_once(tunnel: Tunnel, tmp_path: Path) -> None:
    plain = socket.create_connection(("127.0.0.1", tunnel.tls_port), 5)
    with closing(_secured(plain, tmp_path)) as secured:
        secured.sendall(b"tea")
        assert secured.recv(100) == b"heard tea"


def test_a_program_sees_the_vendors_spelling_of_header_names(
    tunnel: Tunnel, tmp_path: Path
) -> None:
    plain = socket.create_connection(("127.0.0.1", tunnel.tls_port), 5)
    with closing(_secured(plain, tmp_path)) as secured:
        secured.sendall(b"GET /")
        said = secured.makefile("rb").read().decode()
    assert said == HEAD.format("".join(f"{name}: 1\r\n" for name in ANSWER_HEADERS))


@pytest.mark.parametrize(
    "request_line",
    [
        b"CONNECT example.com:443 HTTP/1.1\r\n\r\n",
        b"CONNECT api.mch.weixin.qq.com.example.com:443 HTTP/1.1\r\n\r\n",
        b"GET http://example.com/ HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"x" * 9000,
    ],
)
def test_every_other_host_is_refused(tunnel: Tunnel, request_line: bytes) -> None:
    plain, answer = _asked(tunnel, request_line)
    with plain:
        assert answer.startswith(b"HTTP/1.1 403 ")


def test_the_certificate_holds_for_the_vendors_names_alone(tunnel: Tunnel, tmp_path: Path) -> None:
    plain = socket.create_connection(("127.0.0.1", tunnel.tls_port), 5)
    with closing(plain), pytest.raises(ssl.SSLCertVerificationError):
        _secured(plain, tmp_path, "example.com")


def test_who_opens_the_ports_hears_what_keeps_programs_out(tmp_path: Path, service: int) -> None:
    heard = SimpleQueue[tuple[Trouble, str]]()
    files = prepare(tmp_path, [HOST])
    led = led_to(service, files, lambda trouble, host: heard.put((trouble, host)))
    with Tunnel(led) as tunnel:
        plain, _ = _asked(tunnel, f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
        own = ssl.create_default_context()
        with closing(plain), pytest.raises(ssl.SSLCertVerificationError):
            own.wrap_socket(plain, server_hostname=HOST)
        assert heard.get(timeout=5) == (Trouble.NOT_BELIEVED, HOST)
        _asked(tunnel, f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())[0].close()
        assert heard.get(timeout=5) == (Trouble.NOT_BELIEVED, HOST)
        other, _ = _asked(tunnel, b"CONNECT example.com:443 HTTP/1.1\r\n\r\n")
        other.close()
        assert heard.get(timeout=5) == (Trouble.OTHER_HOST, "example.com")


def test_a_person_is_told_of_each_trouble_once(capsys: pytest.CaptureFixture[str]) -> None:
    tell = told_once("qrpay run", certificate="$SSL_CERT_FILE", url="http://127.0.0.1:8400")
    for _ in range(2):
        tell(Trouble.NOT_BELIEVED, HOST)
        tell(Trouble.NOT_BELIEVED, "")
        tell(Trouble.OTHER_HOST, "example.com")
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.startswith(f"qrpay run: the program hung up on the certificate for {HOST},")
    assert first.endswith(
        "Tell it of $SSL_CERT_FILE, or give it the base URL http://127.0.0.1:8400."
    )
    assert second == first.replace(HOST, "a vendor's host")
    assert third == "qrpay run: refused the way to example.com: only vendors' hosts lead here."


def test_a_program_keeps_the_options_it_had(tmp_path: Path) -> None:
    prepare(tmp_path, [HOST])
    before = {"NODE_OPTIONS": "--max-old-space-size=512", "JAVA_TOOL_OPTIONS": "-Xmx1g"}
    told = environment.variables(Places(1, 2, tmp_path, [HOST]), before)
    assert told["NODE_OPTIONS"].startswith("--max-old-space-size=512 --require ")
    assert told["JAVA_TOOL_OPTIONS"].startswith("-Xmx1g -Dhttps.proxyHost=127.0.0.1 ")
    assert Path(told["NODE_OPTIONS"].split()[-1]).is_file()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        assert Path(told[name]).read_text("ascii").startswith("-----BEGIN CERTIFICATE-----")
    assert (tmp_path / environment.TRUST_STORE).is_file()
    assert str(tmp_path / environment.CERTIFICATE) in (tmp_path / "qrpay.ini").read_text("utf-8")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"no-such-program can't be started: No such file"):
        run_at(["no-such-program"], port=1, folder=tmp_path)
