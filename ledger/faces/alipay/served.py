"""The face as the ledger takes it in: addresses, errors in its own form, host names."""

from __future__ import annotations

from functools import cache, partial
from typing import Final

import flask
from werkzeug.wrappers import Response

from ledger.core.records.vendors import VendorFace
from ledger.faces import Provider, ServedFace
from ledger.faces.alipay import bill_download, cashier, certificates, gateway, rest
from ledger.faces.alipay.announcer import AlipayAnnouncer
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.cashier import Cashier
from ledger.faces.alipay.gateway import Gateway
from ledger.faces.alipay.methods import METHODS
from ledger.faces.alipay.rest import Rest
from ledger.kit import web
from ledger.kit.web import Answer, asked
from ledger.protocol.errors import QrpayError

HOSTS: Final = (
    "openapi.alipay.com",
    "openapi.alipaydev.com",
    "openapi-sandbox.dl.alipaydev.com",
    bill_download.HOST,
)
"""By which SDKs call the platform and, old and new, its sandbox; and where bills are had."""


def served(provider: Provider) -> ServedFace:
    """Make the face of what the provider has."""

    @cache  # what is kept is kept for good
    def platform() -> Platform:
        # Certificates drawn on a day that SDKs have not reached yet would be of no use to them.
        return certificates.platform(provider.vendor_keys, provider.clock.outside())

    served_cashier = Cashier(provider, platform)
    served_gateway = Gateway(provider, platform, served_cashier)
    served_rest = Rest(provider, platform)

    def install(app: flask.Flask) -> None:
        web.hot(app, gateway.PATH, served_gateway.answer, methods=["GET", "POST"])
        app.add_url_rule(bill_download.PATH, "alipay.bill", bill_download.view(provider))
        served_cashier.install(app)
        for method in METHODS.values():
            if method.rest:
                view = partial(served_rest.answer, method)
                verbs = [verb for verb in (method.rest, method.rest_too) if verb]
                web.hot(app, method.path, view, methods=verbs)

    def refuse(error: QrpayError) -> Answer | Response:
        path = asked().path
        if path.startswith(cashier.PREFIX):
            return served_cashier.refuse(error)
        is_rest = path.startswith(rest.PREFIX)
        return served_rest.refuse(error) if is_rest else served_gateway.refuse(error)

    return ServedFace(
        install=install,
        prefixes=(gateway.PATH, rest.PREFIX, bill_download.PATH, cashier.PREFIX),
        refuse=refuse,
        announcers={VendorFace.ALIPAY: AlipayAnnouncer(platform)},
        hosts=HOSTS,
    )
