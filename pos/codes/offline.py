"""Codes made at a terminal, without a till's service: for looking at, verifying, and breaking.

Nobody can pay a code made with a key of its own, which the provider does not know. That is the
point of it: the rules can be tried out without anything at stake. With the key of an enrolled till
it is as good as that till's own, and pays into its shop without the till having a sale for it.
"""

from __future__ import annotations

from pathlib import Path

from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets.seed_file import SEED_BYTES
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import IdSource, check_body
from ledger.protocol.instants import SECOND, from_seconds, later, to_seconds
from ledger.protocol.messages import PaymentRequest, Presented
from ledger.protocol.money import Money, parse_decimal
from ledger.protocol.native_wire import MerchantView, TerminalView
from ledger.protocol.records import record
from ledger.protocol.signing import Algorithm, PrivateKey, b64url
from pos import qr_image
from pos.acquirers.intents import Profile
from pos.codes import issue
from pos.goods.catalogue import SHOP_CURRENCY
from pos.keys import Identity, till_key

DEMO_MCC = "5912"
DEMO_COUNTRY = "DE"
NONCE_BYTES = 12


@record(frozen=True, slots=True)
class Shop:
    """Whom a code is for."""

    merchant_id: str
    name: str
    city: str
    terminal_id: str


@record(frozen=True, slots=True)
class Made:
    """A code and what is needed to verify it."""

    text: str
    key_id: str
    public_key: str


def make(
    amount: str,
    *,
    profile: str,
    shop: Shop,
    key_path: Path | None,
    wallet_url: str,
    life_s: int,
) -> Made:
    """Make a code for a decimal amount of euro, signed with the key at ``key_path`` or a fresh one.

    Raises ``AmountFormat``, ``AmountScale``, ``AmountOutOfRange``, ``QrLifetimeTooLong`` and what
    makes no valid code (``QrField``, ``IdentifierFormat``).
    """
    entropy = SystemEntropy()
    if key_path is None:
        key = PrivateKey.from_seed(Algorithm.ED25519, entropy(SEED_BYTES))
    else:
        key = till_key(key_path, entropy)
    identity = _identity(shop, key)
    request = _request(shop, parse_decimal(amount, SHOP_CURRENCY), life_s)
    if profile == Profile.STICKER:
        text = issue.sticker(identity, shop.terminal_id)
    elif profile == Profile.LINK:
        text = issue.link(request, identity, wallet_url)
    else:
        text = issue.signed_code(request, identity, entropy(NONCE_BYTES))
    return Made(text, key.public.key_id, b64url(key.public.raw))


def draw(text: str, out: Path) -> None:
    """Draw a code in a file, in the way its name ends: .png, .svg or .txt; else ``FieldFormat``."""
    if out.suffix == ".png":
        out.write_bytes(qr_image.png(text))
    elif out.suffix == ".svg":
        out.write_text(qr_image.svg(text), "utf-8")
    elif out.suffix == ".txt":
        out.write_text(qr_image.terminal(text), "utf-8")
    else:
        raise FieldFormat("a picture's name ends in .png, .svg or .txt")


def _request(shop: Shop, amount: Money, life_s: int) -> PaymentRequest:
    now = SystemClock().now()
    body = IdSource(SystemEntropy()).body(now)
    return PaymentRequest(
        request_id=check_body(body),
        merchant_id=shop.merchant_id,
        terminal_id=shop.terminal_id,
        merchant_order_no=body,
        amount=amount,
        subject="",
        basket_hash="",
        created_at=now,
        expires_at=from_seconds(to_seconds(later(now, life_s * SECOND))),
        presented=Presented.MERCHANT,
    )


def _identity(shop: Shop, key: PrivateKey) -> Identity:
    merchant = MerchantView(
        merchant_id=shop.merchant_id,
        name=shop.name,
        names={},
        city=shop.city,
        country=DEMO_COUNTRY,
        postal_code="",
        mcc=DEMO_MCC,
        currency=SHOP_CURRENCY.code,
    )
    return Identity(
        key,
        key.public.key_id,
        merchant,
        TerminalView(terminal_id=shop.terminal_id, label="", store_label=""),
    )
