"""What to read ahead for scans: everything that the way of the usual ones looks up."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core import spending
from ledger.core.books.accounts import fees_account, merchant_account, payer_account
from ledger.core.checkout.scans import openings
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.records.gathering import Wanted
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import DynamicCode


def wanted_for(scanned: Sequence[ScannedConsent], *, now: Instant) -> Wanted:
    """Name the rows by which scans are decided."""
    codes = [each.read for each in scanned if isinstance(each.read, DynamicCode)]
    payers = {each.consent.device.payer_id for each in scanned}
    accounts = [
        account
        for each in scanned
        if isinstance(each.read, DynamicCode)
        for account in (
            payer_account(each.consent.device.payer_id, each.read.amount.currency),
            merchant_account(each.read.merchant_id, each.read.amount.currency),
            fees_account(each.read.amount.currency),
        )
    ]
    return Wanted(
        payment_ids={each.consent.authorisation.payment_id for each in scanned},
        order_nos={(code.merchant_id, openings.order_no_of(code)) for code in codes},
        merchant_ids={code.merchant_id for code in codes},
        tills={(code.merchant_id, code.terminal_label) for code in codes},
        payer_ids=payers,
        key_ids={each.consent.signed.key_id for each in scanned} | {code.key_id for code in codes},
        account_ids={account.account_id for account in accounts},
        spent_since=spending.month_of(now),
        terms_at=now,
    )
