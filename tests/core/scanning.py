"""A till that shows a code without a call to the ledger, and phones that pay it in one message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.core.checkout import codes
from ledger.core.checkout.scans import agreements, consents
from ledger.core.checkout.scans.agreements import Agreed
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.parties import register
from ledger.protocol import messages
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.identifiers import Kind, RequestId, payment_id_of
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, profile_s
from ledger.protocol.messages import Authorisation, PaymentRequest, Signed
from ledger.protocol.money import Money
from tests.core.demo_world import EUR, SHOP, World

ChangeCode = Callable[[DynamicCode], DynamicCode]
ChangeConsent = Callable[[Authorisation], Authorisation]


def shown(
    world: World,
    amount_minor: int,
    *,
    merchant_id: str = SHOP,
    change: ChangeCode = lambda code: code,
) -> DynamicCode:
    """A code on a till's screen whose payment nobody has asked the ledger for."""
    till_key = world.till_keys[merchant_id]
    with world.store.reading() as books:
        merchant = register.require_merchant(books, merchant_id)
    issued_at = Instant(world.now - world.now % SECOND)
    code = DynamicCode(
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        merchant_city=merchant.city,
        country=merchant.country,
        mcc=merchant.mcc,
        terminal_label="T01",
        key_id=till_key.public.key_id,
        amount=Money(amount_minor, EUR),
        request_id=RequestId(world.ids.body(world.now)),
        issued_at=issued_at,
        expires_at=later(issued_at, 3 * MINUTE),
        nonce=world.entropy(12),
    )
    code = change(code)
    return replace(code, text=profile_s.encode(code, till_key))


def consent_to(
    world: World, code: DynamicCode, name: str, change: ChangeConsent = lambda consent: consent
) -> Signed:
    """What a phone signs that has only seen the code."""
    wallet = world.wallets[name]
    authorisation = Authorisation(
        authorisation_id=world.ids.new(Kind.AUTHORISATION, world.now),
        payment_id=payment_id_of(code.request_id),
        payer_id=wallet.payer.payer_id,
        device_id=wallet.device.device_id,
        merchant_id=code.merchant_id,
        payee_name=code.merchant_name,
        amount=code.amount,
        payer_amount=code.amount,
        quote_id="",
        code_digest=codes.digest(code.text),
        authorised_at=world.now,
    )
    return messages.seal(change(authorisation), wallet.key)


def opened(world: World, code: str, signed: Signed) -> ScannedConsent:
    """What the ledger reads before it decides."""
    with world.store.reading() as books:
        [read] = consents.open_all(books, [(code, signed)], now=world.now)
    if isinstance(read, CallerError):
        raise read
    return read


def shown_for(world: World, request: PaymentRequest) -> DynamicCode:
    """The code on a till's screen of what the till has asked the ledger for."""
    return shown(
        world,
        request.amount.minor_units,
        change=lambda code: replace(
            code, request_id=request.request_id, expires_at=request.expires_at
        ),
    )


def scanned(world: World, code: DynamicCode, name: str) -> ScannedConsent:
    """A payer scans a code and agrees."""
    return opened(world, code.text, consent_to(world, code, name))


def bring(world: World, *items: ScannedConsent) -> list[Agreed | QrpayError]:
    """Bring scans to the ledger in one message."""
    with world.store.transaction() as books:
        return agreements.agree(
            books,
            scanned=items,
            rates=world.rates,
            policy=world.policy,
            now=world.now,
            ids=world.ids,
            key=world.key,
        )


def bring_one(world: World, item: ScannedConsent) -> Agreed:
    """Bring one scan; raises what it is refused with."""
    [result] = bring(world, item)
    if isinstance(result, QrpayError):
        raise result
    return result
