"""What merchants verify and encrypt by: the platform's certificates, and a self-test of both."""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.vendors.wechatpay import PlatformKey
from ledger.faces import Provider
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.bodies import Echo
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.handlers.refunds import reveal
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.wechatpay import NoPlatformCertificate
from ledger.protocol.wechatpay_wire import seals, times

ASSOCIATED_DATA = "certificate"


def certificates(provider: Provider, _books: Books, call: Call) -> Outcome:
    """Give all platform certificates that hold, each sealed with the merchant's API v3 key.

    Raises ``NoPlatformCertificate`` for a merchant who came after they were given out.
    """
    if not call.registration.has_platform_certificate:
        raise NoPlatformCertificate(call.account.account_id)
    keys = call.platform.valid_certificates(call.now)
    return Outcome(200, {"data": [_sealed(provider, call, key) for key in keys]})


def _sealed(provider: Provider, call: Call, key: PlatformKey) -> dict[str, object]:
    certificate = key.certificate
    if certificate is None:
        raise InvariantBroken(f"{key.name} is no certificate")
    nonce = provider.entropy(seals.NONCE_CHARACTERS // 2).hex()
    sealed = seals.seal(
        certificate.pem.encode(), call.registration.api_v3_key, nonce=nonce, data=ASSOCIATED_DATA
    )
    return {
        "effective_time": times.to_text(certificate.not_before),
        "encrypt_certificate": {
            "algorithm": seals.ALGORITHM,
            "associated_data": ASSOCIATED_DATA,
            "ciphertext": sealed,
            "nonce": nonce,
        },
        "expire_time": times.to_text(certificate.not_after),
        "serial_no": key.name,
    }


def echo(_provider: Provider, _books: Books, call: Call) -> Outcome:
    """Say back what was sent; what was encrypted comes back encrypted to the merchant.

    Raises ``SealBroken``.
    """
    body = call.sent(Echo)
    told: dict[str, object] = {"echo_message": body.echo_message}
    if body.encrypted_echo_message:
        text = reveal(call, body.encrypted_echo_message)
        told["encrypted_echo_message"] = seals.hide(text, call.certificate.public_key)
    return Outcome(200, told)
