"""A vendor's face is taken in whole: addresses, errors in its own form, hosts, keys that last."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.faces import Provider, ServedFace
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.protocol import rsa
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.store import MEMORY, open_store

HOSTS = ("127.0.0.1",)


def toy(provider: Provider) -> ServedFace:
    """A face with one address, whose errors are a word."""

    def install(app: flask.Flask) -> None:
        @app.post("/toy/pay")
        def pay() -> str:
            assert provider.clock.now() > 0
            return flask.request.get_data(as_text=True) or str(1 // 0)

    def refuse(error: QrpayError) -> flask.Response:
        return flask.Response(f"toy says {error.code}", HTTPStatus.OK)

    return ServedFace(install=install, prefixes=("/toy/",), refuse=refuse, hosts=("toy.example",))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    app = create_app(
        Settings(data_dir=tmp_path, background=False, hosts=HOSTS),
        store=open_store(MEMORY),
        vendor_faces=[toy],
    )
    yield app.test_client()
    ledger_of(app).close()


def test_a_face_answers_at_its_addresses(client: FlaskClient) -> None:
    base = "http://127.0.0.1"
    assert client.post("/toy/pay", data="x", base_url=base).text == "x"


@pytest.mark.parametrize(
    ("method", "path", "size", "code"),
    [
        ("POST", "/toy/other", 1, "ROUTE_NOT_FOUND"),
        ("GET", "/toy/pay", 0, "METHOD_NOT_ALLOWED"),
        ("POST", "/toy/pay", 70_000, "BODY_TOO_LARGE"),
        ("POST", "/toy/pay", 0, "INTERNAL"),
    ],
)
def test_errors_below_a_face_are_told_in_its_form(
    client: FlaskClient, method: str, path: str, size: int, code: str
) -> None:
    answer = client.open(path, method=method, data=b"x" * size, base_url="http://127.0.0.1")
    assert (answer.status_code, answer.text) == (200, f"toy says {code}")


def test_errors_elsewhere_are_problem_documents_as_before(client: FlaskClient) -> None:
    answer = client.get("/toys", base_url="http://127.0.0.1")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("host", "status"), [("toy.example", 200), ("127.0.0.1", 200), ("evil.example", 400)]
)
def test_the_ledger_answers_to_a_vendors_host_names_too(
    client: FlaskClient, host: str, status: int
) -> None:
    answer = client.get("/health", base_url=f"http://{host}")
    assert answer.status_code == status


def test_a_key_is_drawn_once_and_kept_for_its_owners_eyes(tmp_path: Path) -> None:
    folder = tmp_path / "vendor-keys"
    drawn = rsa_keys.keep(SecretFolder(folder), "toy.pem")
    again = rsa_keys.keep(SecretFolder(folder), "toy.pem")
    assert drawn.private_numbers() == again.private_numbers()
    assert drawn.key_size == rsa.KEY_BITS
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(KeyFileUnusable):
        rsa_keys.keep(SecretFolder(folder), "toy.pem")


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----"])
def test_a_key_file_that_holds_no_rsa_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "toy.pem").touch(mode=0o600)
    (tmp_path / "toy.pem").write_text(text)
    with pytest.raises(KeyFileUnusable):
        rsa_keys.keep(SecretFolder(tmp_path), "toy.pem")
