"""The face as the ledger takes it in: addresses, errors in its own form, host names."""

from __future__ import annotations

from typing import Final

import flask
from werkzeug.wrappers import Response

from ledger.faces import Provider, ServedFace
from ledger.faces.alipay import certificates, gateway
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.gateway import Gateway
from ledger.protocol.errors import QrpayError

HOSTS: Final = (
    "openapi.alipay.com",
    "openapi.alipaydev.com",
    "openapi-sandbox.dl.alipaydev.com",
)
"""By which SDKs call the platform and, old and new, its sandbox."""


def served(provider: Provider) -> ServedFace:
    """Make the face of what the provider has."""

    def platform() -> Platform:
        return certificates.platform(provider.vendor_keys, provider.clock.now())

    served_gateway = Gateway(provider, platform)

    def install(app: flask.Flask) -> None:
        app.add_url_rule(
            gateway.PATH, "alipay.gateway", served_gateway.answer, methods=["GET", "POST"]
        )

    def refuse(error: QrpayError) -> Response:
        return served_gateway.refuse(error)

    return ServedFace(install=install, prefixes=(gateway.PATH,), refuse=refuse, hosts=HOSTS)
