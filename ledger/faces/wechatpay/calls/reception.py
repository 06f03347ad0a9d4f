"""Receiving a call: who signed it, checked in the platform's own sequence.

Header, scheme, serial number, certificate, time, signature: the first that is wrong is told. A
signature is checked over the bytes as they came. The address has to be spelled as the caller sent
it, too, but the server hands its path over decoded; so where a path has characters that may be
escaped or not, the signature may hold for either spelling, since both are the same address.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from urllib.parse import quote

from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors.wechatpay import Registration, registration
from ledger.faces.wechatpay.calls.call import Call, Face
from ledger.faces.wechatpay.calls.refusals import WrongSignature
from ledger.kit import clock, vendor_certificates
from ledger.kit.web import asked
from ledger.protocol.errors.trust import KeyUnknown, SignatureEncoding, SignatureInvalid
from ledger.protocol.errors.wechatpay import HeaderMissing
from ledger.protocol.wechatpay_wire import authorization, signatures
from ledger.protocol.wechatpay_wire.authorization import Authorization
from ledger.protocol.wechatpay_wire.certificates import Certificate
from ledger.protocol.wechatpay_wire.explain import Sent, explain

SERIAL_HEADER = "Wechatpay-Serial"
_ENDS = "-----END CERTIFICATE-----\n"


def receive(face: Face, path: dict[str, str]) -> Call:
    """Read the call at hand; raises what is wrong with its signature."""
    request = asked()
    for name in ("User-Agent", "Accept"):
        if not request.header(name):
            raise HeaderMissing(name)
    given = authorization.parse(request.header("Authorization"))
    account, registered, certificate = _signer(face, given)
    now = face.provider.clock.now()
    certificate.require_valid(now)
    clock.require_fresh(face.provider.clock, partial(authorization.require_fresh, given))
    raw = request.body
    _verify(certificate, given, raw)
    return Call(
        now=now,
        account=account,
        registration=registered,
        certificate=certificate,
        platform=face.keys(),
        asked_serial=asked_serial(),
        path=path,
        raw_query=request.query(),
        raw_body=raw,
    )


def asked_serial() -> str:
    """Give the key that the caller can verify, empty where it does not say."""
    return asked().header(SERIAL_HEADER).strip()


def signer_of_header(face: Face) -> VendorAccount | None:
    """Find whose call this claims to be, for the answer to one that is refused."""
    header = asked().header("Authorization")
    _, _, rest = header.partition('mchid="')
    return _account(face, rest.partition('"')[0])


def _account(face: Face, mchid: str) -> VendorAccount | None:
    with face.provider.store.reading() as books:
        return books.vendor_accounts.find(Vendor.WECHATPAY, mchid)


def _signer(face: Face, given: Authorization) -> tuple[VendorAccount, Registration, Certificate]:
    account = _account(face, given.mchid)
    if account is None:
        raise KeyUnknown(f"no merchant {given.mchid[:40]!r}")
    registered = registration(account)
    for certificate in certificates_of(registered):
        if certificate.serial_no == given.serial_no:
            return account, registered, certificate
    raise KeyUnknown(f"{given.mchid} has no certificate {given.serial_no[:64]!r}")


def certificates_of(registered: Registration) -> list[Certificate]:
    """Read a merchant's certificates."""
    pems = registered.certificates.split(_ENDS)
    return [vendor_certificates.read(pem + _ENDS) for pem in pems if pem.strip()]


def _verify(certificate: Certificate, given: Authorization, raw: bytes) -> None:
    request = asked()
    sent: list[Sent] = []
    for target in _targets():
        each = Sent(request.method, target, raw, request.host)
        sent.append(each)
        try:
            signatures.verify(certificate.public_key, each.text(given), given.signature)
        except (SignatureInvalid, SignatureEncoding):
            continue
        return
    explained = [explain(certificate.public_key, given, each) for each in sent]
    told = next((one for one in explained if one.signed is not None), explained[0])
    raise WrongSignature(told, method=request.method, target=request.path)


_SPELLINGS = ("/", "/*", "/|*@", "/*@")
"""What is left unescaped in a path: by the strictest and by what clients for numbers do."""


def _targets() -> Iterator[str]:
    """Spell the address in each way that it may have been sent, the likeliest first."""
    request = asked()
    raw = request.environ.get("RAW_URI", "")
    query = request.query_string.decode("latin-1")
    spelled = set[str]()
    as_sent = (raw.partition("?")[0],) if raw.startswith("/") else ()
    for path in chain(as_sent, (quote(request.path, safe=safe) for safe in _SPELLINGS)):
        if path not in spelled:
            spelled.add(path)
            yield f"{path}?{query}" if query else path
