"""What a payer shows to a till, told without saying the number: it is as good as a signature.

A till routes with ``payment_code.route``; here the same answer is put into words for a wallet that
scanned such a code by mistake.
"""

from __future__ import annotations

from ledger.protocol import payment_code
from ledger.protocol.emvco import consumer_presented
from ledger.protocol.errors.codes import QrError
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Reading, facts
from ledger.protocol.payment_code import Scanned

_KINDS = {
    Scanned.NATIVE: CodeKind.NATIVE_PAYMENT_CODE,
    Scanned.WECHAT: CodeKind.WECHAT_PAYMENT_CODE,
    Scanned.ALIPAY: CodeKind.ALIPAY_PAYMENT_CODE,
}
_ISSUER_DIGITS = 6
_WITH_ISSUER = 24


def recognise(text: str) -> Reading | None:
    """Tell a payment code by its digits, or a payer's code in EMVCo's form by its beginning."""
    scanned = payment_code.route(text)
    if scanned is Scanned.EMV_CONSUMER:
        return _emv_consumer(text)
    if scanned not in _KINDS:
        return None
    issuer = text[:_ISSUER_DIGITS] if len(text) == _WITH_ISSUER else ""
    return Reading(_KINDS[scanned], facts(("Digits", str(len(text))), ("Issuer", issuer)))


def _emv_consumer(text: str) -> Reading:
    try:
        code = consumer_presented.decode(text)
    except QrError as error:
        return Reading(CodeKind.EMV_CONSUMER, facts(("Broken rule", error.code)))
    labels = [
        (application.get("50") or b"").decode("ascii", "replace")
        for application in code.applications
    ]
    aids = [(application.get("4F") or b"").hex().upper() for application in code.applications]
    return Reading(
        CodeKind.EMV_CONSUMER,
        facts(("Product", ", ".join(filter(None, labels))), ("AID", ", ".join(filter(None, aids)))),
    )
