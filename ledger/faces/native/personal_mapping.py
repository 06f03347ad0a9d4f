"""A payer's file of the core as the body that exports it."""

from __future__ import annotations

from ledger.core.parties import pairwise
from ledger.core.privacy.export import PayerFile, PaymentFile
from ledger.core.privacy.retention import RETENTION
from ledger.core.records.funding import Grant
from ledger.core.records.parties import Device
from ledger.core.records.personal import Movement
from ledger.faces.native import mapping
from ledger.protocol import native_wire as wire
from ledger.protocol.instants import SECOND, Instant, to_text
from ledger.protocol.messages import Signed
from ledger.protocol.signing import KeyRecord


def payer_export(file: PayerFile, now: Instant) -> wire.PayerExport:
    """Show all that is held about a payer to themselves."""
    merchants = {each.payment.merchant_id for each in file.payments if each.receipts}
    return wire.PayerExport(
        exported_at=to_text(now),
        payer=mapping.enrolled_payer(file.payer),
        devices=[_device(device, key) for device, key in file.devices],
        pseudonyms=[
            wire.PseudonymView(merchant_id=each, ppid=pairwise.ppid(file.payer, each))
            for each in sorted(merchants)
        ],
        payments=[_payment(each) for each in file.payments],
        movements=[_movement(each) for each in file.movements],
        grants=[_grant(each) for each in file.grants],
        retention=RETENTION_VIEWS,
    )


RETENTION_VIEWS = [
    wire.RetentionView(
        what=rule.what,
        kept_s=None if rule.kept_ms is None else rule.kept_ms // SECOND,
        since=rule.since,
        then=rule.then,
        because=rule.because,
    )
    for rule in RETENTION
]


def _device(device: Device, key: KeyRecord) -> wire.DeviceView:
    return wire.DeviceView(
        device_id=device.device_id,
        key_id=device.key_id,
        algorithm=key.public_key.algorithm,
        status=key.status,
        enrolled_at=to_text(device.enrolled_at),
    )


def _payment(file: PaymentFile) -> wire.ExportedPayment:
    paid, consent = file.payment.payer_amount, file.consent
    return wire.ExportedPayment(
        payment=mapping.payment_view(file.payment, with_fee=False),
        basket_hash=file.payment.basket_hash,
        code_digest=file.claim.code_digest if file.claim else "",
        payer_amount_minor=paid.minor_units if paid else None,
        payer_currency=paid.currency.code if paid else None,
        quote=mapping.quote_view(file.quote) if file.quote else None,
        consent=(
            wire.SignedText.of(Signed(consent.text, consent.key_id, consent.signature))
            if consent and consent.text
            else None
        ),
        refunds=[mapping.refund_view(refund) for refund in file.refunds],
        receipts=[wire.SignedText.of(receipt.signed) for receipt in file.receipts],
    )


def _grant(grant: Grant) -> wire.GrantView:
    return wire.GrantView(
        grant_id=grant.grant_id,
        source=grant.source,
        amount_minor=grant.amount_minor,
        left_minor=grant.left_minor,
        currency=grant.currency,
        merchant_id=grant.merchant_id or None,
        granted_at=to_text(grant.granted_at),
        valid_until=to_text(grant.valid_until),
    )


def _movement(movement: Movement) -> wire.MovementView:
    return wire.MovementView(
        entry_id=movement.entry_id,
        kind=movement.kind,
        booked_at=to_text(movement.booked_at),
        payment_id=movement.payment_id,
        note=movement.note,
        account_id=movement.account_id,
        amount_minor=movement.amount_minor,
        currency=movement.currency,
        balance_after_minor=movement.balance_after,
    )
