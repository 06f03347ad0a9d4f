"""Codes that are lines or fields of plain text: transfers of banks, a till's receipt, an order.

* GiroCode, EPC069-12: twelve lines at most, the first "BCD"; for a SEPA credit transfer.
* Swiss QR-bill, Swiss Implementation Guidelines 0200: 31 lines or more, the first "SPC".
* TSE receipt, DSFinV-K of the German tax administration: fields behind semicolons, the first "V0".
* What a shop's page or app hands to WeChat Pay: a JSON object with a signature
  (``wechatpay_wire.page_orders``).
"""

from __future__ import annotations

import re

from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Reading, facts
from ledger.protocol.wechatpay_wire import page_orders


def recognise(text: str) -> Reading | None:
    """Tell a document by its first words and the number of its lines."""
    lines = re.split(r"\r\n|\n|\r", text)
    if len(lines) >= GIROCODE_LINES_LEAST and lines[0] == "BCD" and lines[3] == "SCT":
        return _girocode(lines)
    if len(lines) >= SWISS_LINES_LEAST and lines[:2] == ["SPC", "0200"] and lines[30] == "EPD":
        return _swiss(lines)
    if text.startswith("{"):
        return _page_order(text)
    fields = text.split(";")
    if fields[0] == "V0" and len(fields) >= TSE_FIELDS_LEAST and fields[2].startswith("Kassen"):
        return _tse(fields)
    return None


GIROCODE_LINES_LEAST = 7
"""Up to the account; all others may be left out."""

SWISS_LINES_LEAST = 31
TSE_FIELDS_LEAST = 10


def _girocode(lines: list[str]) -> Reading:
    padded = [*lines, *[""] * 5]
    return Reading(
        CodeKind.GIROCODE,
        facts(
            ("Beneficiary", padded[5]),
            ("Account (IBAN)", padded[6]),
            ("Bank (BIC)", padded[4]),
            ("Amount", padded[7]),
            ("Reference", padded[9]),
            ("Text", padded[10]),
        ),
    )


def _swiss(lines: list[str]) -> Reading:
    return Reading(
        CodeKind.SWISS_QR_BILL,
        facts(
            ("Creditor", lines[5]),
            ("Account (IBAN)", lines[3]),
            ("Amount", f"{lines[18]} {lines[19]}" if lines[18] else f"open, {lines[19]}"),
            ("Debtor", lines[21]),
            ("Reference", f"{lines[27]} {lines[28]}".strip()),
            ("Text", lines[29]),
        ),
    )


def _tse(fields: list[str]) -> Reading:
    algorithm = next((part for part in fields if part.startswith("ecdsa-plain-")), "")
    return Reading(
        CodeKind.TSE_RECEIPT,
        facts(("Till", fields[1]), ("Kind of process", fields[2]), ("Signed with", algorithm)),
    )


def _page_order(text: str) -> Reading | None:
    try:
        given = page_orders.read(strict_json.load_object(text.encode()))
    except (QrpayError, UnicodeEncodeError):
        return None
    return Reading(
        CodeKind.WECHAT_PAGE_ORDER,
        facts(("App id", given.app_id), ("Prepay id", given.prepay_id)),
    )
