"""Codes in EMVCo's merchant-presented form: of this scheme, of other schemes, damaged.

A code of this scheme is told by its templates alone; whether it is genuine, ``merchant_qr.verify``
says. A broken one is told as damaged, with the rule it breaks.
"""

from __future__ import annotations

from ledger.protocol.emvco import merchant_presented, rules
from ledger.protocol.emvco.structure import FORMAT_INDICATOR, MerchantPresented
from ledger.protocol.errors.codes import QrError
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.merchant_qr import seal
from ledger.protocol.merchant_qr.recognition import schemes
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Fact, Reading, facts
from ledger.protocol.money import currency_by_numeric

_BEGINNING = f"{FORMAT_INDICATOR}02"


def recognise(text: str) -> Reading | None:
    """Tell a text that begins as EMVCo's codes do."""
    if not text.startswith(_BEGINNING):
        return None
    try:
        code = merchant_presented.decode(text)
    except QrError as error:
        return Reading(
            CodeKind.EMV_DAMAGED, facts(("Broken rule", error.code), ("Found", error.detail))
        )
    return Reading(_kind(code), _facts(code))


def _kind(code: MerchantPresented) -> CodeKind:
    if not seal.names_this_scheme(code):
        return schemes.kind_of(code)
    if code.ids()[-len(seal.TAIL) :] != seal.TAIL:
        return CodeKind.QRPAY_UNSIGNED
    is_sticker = code.get("01") == rules.STATIC
    return CodeKind.QRPAY_STICKER if is_sticker else CodeKind.QRPAY_DYNAMIC


def _facts(code: MerchantPresented) -> tuple[Fact, ...]:
    broken = rules.validate(code)
    return facts(
        ("Name", code.get("64.01") or code.get("59")),
        ("City", code.get("60")),
        ("Country", code.get("58")),
        ("Amount", _amount(code)),
        ("Accounts of", ", ".join(owner for _, owner in schemes.accounts(code))),
        *schemes.stated(code),
        ("Same code for many payments", "yes" if code.get("01") == rules.STATIC else ""),
        ("Rules of EMVCo it breaks", "; ".join(map(str, broken))),
    )


def _amount(code: MerchantPresented) -> str:
    """Spell the amount as the code does, with the currency's letters where they are known."""
    amount, numeric = code.get("54") or "", code.get("53") or ""
    try:
        currency = currency_by_numeric(numeric).code
    except CurrencyUnsupported:
        currency = f"(currency {numeric or 'not given'})"
    if amount:
        return f"{amount} {currency}"
    absent = "not in the code" if code.get("01") == rules.DYNAMIC else "typed by the payer"
    return f"{absent}, {currency}"
