"""The platform's certificate for apps in certificate mode.

The SDKs for Java and PHP ask for it by themselves when an answer names a certificate that they do
not have. It comes as base64 of the PEM text, with the root that issued it behind it.
"""

from __future__ import annotations

import base64

from ledger.faces.alipay import certificates
from ledger.faces.alipay.calls.call import Call, Outcome
from ledger.faces.alipay.calls.refusals import business

_SN_LENGTH = 64


def download(call: Call) -> Outcome:
    """Give the platform's certificate of this name."""
    asked = call.content.needed("alipay_cert_sn", _SN_LENGTH)
    platform = certificates.platform(call.provider.vendor_keys, call.now)
    if asked != platform.cert_sn:
        raise business("INVALID_PARAMETER", f"no certificate is called {asked}")
    return Outcome({"alipay_cert_content": base64.b64encode(platform.chain.encode()).decode()})
