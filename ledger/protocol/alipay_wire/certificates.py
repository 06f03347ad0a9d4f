"""The names of certificates: SN, and root SN.

In certificate mode a call says by whose certificate it is signed (``app_cert_sn``) and which roots
the caller trusts (``alipay_root_cert_sn``); an answer says the gateway's (``alipay_cert_sn``). An
SN is not the serial number of X.509 but the MD5 of the issuer's name and that number:

    md5hex("CN=…,OU=…,O=…,C=…" + decimal serial number)

The issuer's parts come in the reverse of the order they have in the certificate. The root SN joins
the SNs of all root certificates with an underscore, leaving out those not signed with RSA
(``1.2.840.113549.1.1.…``; the bundle has roots of SM2 as well). Source: the SDKs, which agree on it
if the parts are C, O, OU, CN in this order.

Certificates as files are the kit's; here they come as what a name is made of.

    >>> issuer = (("C", "CN"), ("O", "QRPay"), ("OU", "Sandbox"), ("CN", "QRPay Sandbox Root"))
    >>> one = Named(issuer, serial=1001, signature_oid="1.2.840.113549.1.1.11")
    >>> one.issuer_text
    'CN=QRPay Sandbox Root,OU=Sandbox,O=QRPay,C=CN'
    >>> one.sn
    'f40234b185b9e0f9bc27bb1ab4316aac'
    >>> root_sn([one, Named(issuer, 7, "1.2.156.10197.1.501"), one]) == f"{one.sn}_{one.sn}"
    True
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_RSA = "1.2.840.113549.1.1"


@dataclass(frozen=True, slots=True)
class Named:
    """What of a certificate its name is made of; ``issuer`` in the order of the certificate."""

    issuer: Sequence[tuple[str, str]]
    serial: int
    signature_oid: str

    @property
    def issuer_text(self) -> str:
        """The issuer as it goes into the hash."""
        return ",".join(f"{name}={value}" for name, value in reversed(self.issuer))

    @property
    def sn(self) -> str:
        """The name: 32 hexadecimal digits, leading zeros kept."""
        text = f"{self.issuer_text}{self.serial}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def root_sn(roots: Sequence[Named]) -> str:
    """Name a bundle of root certificates."""
    return "_".join(root.sn for root in roots if root.signature_oid.startswith(_RSA))
