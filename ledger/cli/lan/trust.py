"""The certificate of the local authority, for whoever lets a device believe it.

GET /ca.crt    the certificate (DER), as phones take it
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import flask
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

MEDIA_TYPE: Final = "application/x-x509-ca-cert"


def add(app: flask.Flask, authority: Path) -> None:
    """Add the addresses; ``authority`` is the file of the certificate (PEM)."""
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())

    @app.get("/ca.crt")
    def give_certificate() -> flask.Response:
        answer = flask.Response(certificate.public_bytes(Encoding.DER), mimetype=MEDIA_TYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="qrpay-demo-ca.crt"'
        return answer
