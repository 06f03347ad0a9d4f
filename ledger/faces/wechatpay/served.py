"""The face as the composition root takes it in: its addresses, its announcer, its host names."""

from __future__ import annotations

import flask

from ledger.core.records.vendors import VendorFace
from ledger.faces import Provider, ServedFace
from ledger.faces.wechatpay import routes
from ledger.faces.wechatpay.announcer import WechatPayAnnouncer
from ledger.faces.wechatpay.calls import desk
from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.kit.web import Answer
from ledger.protocol.errors import QrpayError

HOSTS = (
    "api.mch.weixin.qq.com",
    "api2.mch.weixin.qq.com",
    "apihk.mch.weixin.qq.com",
    "api.wechatpay.cn",
    "api2.wechatpay.cn",
)
"""By which the vendor's SDKs know it, home, spare and overseas."""

PREFIXES = (
    "/v3/pay/",
    "/v3/refund/",
    "/v3/certificates",
    "/v3/security/",
    "/v3/global/",
    "/v3/bill/",
    "/v3/billdownload/",
)


def served(provider: Provider) -> ServedFace:
    """Make the face of what the provider has."""
    face = Face(provider, KeptKeys(provider))
    announcer = WechatPayAnnouncer(face.keys, provider.entropy, provider.clock)

    def install(app: flask.Flask) -> None:
        routes.install(app, face)

    def refuse(error: QrpayError) -> Answer:
        return desk.refuse(face, error)

    return ServedFace(
        install=install,
        prefixes=PREFIXES,
        refuse=refuse,
        announcers={VendorFace.WECHATPAY: announcer},
        hosts=HOSTS,
    )
