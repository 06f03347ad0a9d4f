"""How a device comes to believe the local authority: a page, its certificate, a code to scan.

GET /trust             what it is for, what it can't do, and the steps on each kind of device
GET /trust/code.svg    the page's own address as a QR code, for the next device
GET /ca.crt            the certificate (DER), as phones take it
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import flask
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from ledger.kit import pages, qr

MEDIA_TYPE: Final = "application/x-x509-ca-cert"
DEVICES: Final = {
    # what a browser calls itself contains ... (the first that fits counts)
    "apple": ("iPhone", "iPad"),
    "android": ("Android",),
    "windows": ("Windows",),
    "mac": ("Macintosh",),
    "linux": ("",),
}


@dataclass(frozen=True)
class Trust:
    """What the page is about: the certificate's file (PEM), and two addresses."""

    authority: Path
    trust_url: str
    wallet_url: str


def add(app: flask.Flask, site: pages.Site, trust: Trust) -> None:
    """Add the page and what it needs."""
    certificate = x509.load_pem_x509_certificate(trust.authority.read_bytes())
    fingerprint = certificate.fingerprint(SHA256()).hex(":").upper()
    code = qr.svg(qr.encode(trust.trust_url, qr.Level.M))

    @app.get("/trust")
    def show_trust() -> flask.Response:
        return site.show(
            "trust.html",
            fingerprint=fingerprint,
            devices=list(DEVICES),
            likely=likely(flask.request.headers.get("User-Agent", "")),
            wallet_url=trust.wallet_url,
            trust_url=trust.trust_url,
        )

    @app.get("/trust/code.svg")
    def show_trust_code() -> flask.Response:
        return flask.Response(code, mimetype="image/svg+xml")

    @app.get("/ca.crt")
    def give_certificate() -> flask.Response:
        answer = flask.Response(certificate.public_bytes(Encoding.DER), mimetype=MEDIA_TYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="qrpay-demo-ca.crt"'
        return answer


def likely(user_agent: str) -> str:
    """Guess the kind of device, to open its steps first.

    >>> likely("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"), likely("curl/8")
    ('apple', 'linux')
    """
    return next(
        kind for kind, marks in DEVICES.items() if any(mark in user_agent for mark in marks)
    )
