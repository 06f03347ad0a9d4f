"""The addresses of Antom's in-store API, and the face as the composition root takes it in."""

from __future__ import annotations

from functools import partial
from typing import Final

import flask

from ledger.core.records.vendors import VendorFace
from ledger.faces import Provider, ServedFace
from ledger.faces.antom import desk, payments, refunds
from ledger.faces.antom.announcer import AntomAnnouncer
from ledger.faces.antom.desk import Performing
from ledger.kit import web

PREFIX: Final = "/ams/"
VERSIONS: Final = ("/ams/api/v1/payments/", "/ams/sandbox/api/v1/payments/")

CALLS: Final[dict[str, Performing]] = {
    "pay": payments.pay,
    "inquiryPayment": payments.inquire,
    "cancel": payments.cancel,
    "refund": refunds.refund,
    "inquiryRefund": refunds.inquire,
}

HOSTS: Final = tuple(
    f"open-{region}.alipay.com"
    for region in ("eu", "de-global", "sea", "sea-global", "na", "na-global")
)


def face(provider: Provider) -> ServedFace:
    """Make the face of what the provider has."""

    def install(app: flask.Flask) -> None:
        for version in VERSIONS:
            for name, perform in CALLS.items():
                rule = f"{version}{name}"
                web.hot(app, rule, partial(desk.answer, provider, perform), methods=["POST"])

    return ServedFace(
        install=install,
        prefixes=(PREFIX,),
        refuse=lambda error: desk.refuse(provider, error),
        announcers={VendorFace.ANTOM: AntomAnnouncer(provider)},
        hosts=HOSTS,
    )
