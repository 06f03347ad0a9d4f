"""Schemes that use EMVCo's form, told by the identifiers in their templates.

Each row: the identifier that stands in 00 of a template (small letters), the kind of code, and the
names of the fields beside it as far as they are known here. Sources: the samples that
tests/vectors/emvco_merchant_presented.json names, Banco Central do Brasil's BR Code for Pix,
the generators vietqr-emvco (VietQR) and Saladpuk.PromptPay (PromptPay), and ANSI X9.150.

KHQR puts an account (``name@bank``) where the identifier belongs and so has no row; it is told by
that form and the country. EASPBV of Colombia is told by the country and a template 91.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from ledger.protocol.emvco.fields import ACCOUNTS
from ledger.protocol.emvco.structure import MerchantPresented
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.records import record
from ledger.protocol.signing.domains import SCHEME


@record(frozen=True, slots=True)
class Scheme:
    """A scheme: its identifier, the kind of its codes, and names of fields by their ID."""

    identifier: str
    kind: CodeKind
    fields: Mapping[str, str] = field(default_factory=dict)


SCHEMES = (
    Scheme("br.gov.bcb.pix", CodeKind.PIX, {"01": "Pix key", "25": "Address of signed request"}),
    Scheme("a000000727", CodeKind.VIETQR, {"01": "Bank and account", "02": "Service"}),
    Scheme(
        "a000000677010111",
        CodeKind.PROMPTPAY,
        {"01": "Phone number", "02": "National or tax id", "03": "E-wallet", "04": "Bank account"},
    ),
    Scheme(
        "a000000677010112",
        CodeKind.PROMPTPAY,
        {"01": "Biller id", "02": "Reference 1", "03": "Reference 2"},
    ),
    Scheme("sg.sgqr", CodeKind.SGQR),
    Scheme("sg.paynow", CodeKind.SGQR),
    Scheme("org.x9", CodeKind.X9_150, {"01": "Address of signed request"}),
)

_BY_IDENTIFIER = {scheme.identifier: scheme for scheme in SCHEMES}
_BAKONG_ACCOUNT = re.compile(r"[^@\s]+@[a-z0-9]+", re.ASCII)

DIALECTS: dict[str, Mapping[str, str]] = {
    **{scheme.identifier: scheme.fields for scheme in SCHEMES},
    SCHEME: {
        "26.01": "Merchant id",
        "80.01": "Version and algorithm",
        "80.02": "Key id",
        "80.03": "Issued at",
        "80.04": "Expires at",
        "80.05": "Nonce",
        "81.01": "Signature",
    },
}
"""Names of scheme-specific fields for ``emvco.explain``."""


def accounts(code: MerchantPresented) -> Iterator[tuple[str, str]]:
    """Give each account template's ID and the identifier of its owner, as it is spelled."""
    for account in code.ids():
        owner = code.get(f"{account}.00")
        if account in ACCOUNTS and owner is not None:
            yield account, owner


def stated(code: MerchantPresented) -> Iterator[tuple[str, str | None]]:
    """Give name and value of the fields whose meaning is known here."""
    for template, owner in accounts(code):
        scheme = _BY_IDENTIFIER.get(owner.lower())
        for identifier, name in (scheme.fields if scheme else {}).items():
            yield name, code.get(f"{template}.{identifier}")


def kind_of(code: MerchantPresented) -> CodeKind:
    """Tell whose code it is; the first account that is known decides."""
    for _, owner in accounts(code):
        scheme = _BY_IDENTIFIER.get(owner.lower())
        if scheme is not None:
            return scheme.kind
        if _BAKONG_ACCOUNT.fullmatch(owner) and code.get("58") == "KH":
            return CodeKind.KHQR
    if code.get("58") == "CO" and code.get("91.01"):
        return CodeKind.EASPBV
    return CodeKind.EMV_MERCHANT
