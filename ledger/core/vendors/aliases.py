"""Aliases: how a payer is called towards one merchant, in the form each vendor gives.

Alipay calls a buyer by sixteen digits that begin with 2088, WeChat Pay by an openid of 28
characters. Both are pairwise here, as native pseudonyms are (``parties.pairwise``): two merchants
can't compare their lists, and an alias leads nowhere once the payer's secret is gone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from ledger.core.ports import Books
from ledger.core.records.parties import PartyStatus, Payer
from ledger.core.records.vendors import Vendor
from ledger.protocol.identifiers import PayerId

BUYER_ID_DIGITS = 16
OPENID_LENGTH = 28
_BUYER_HEAD = "2088"
_OPENID_HEAD = "o"


def alias(payer: Payer, *, vendor: Vendor, merchant_id: str) -> str:
    """Name a payer for one merchant: ``buyer_id``, ``pspCustomerId`` or ``openid``."""
    message = f"test.qrpay/{vendor}-payer/v1\0{merchant_id}".encode()
    digest = hmac.digest(payer.pairwise_secret, message, hashlib.sha256)
    if vendor is Vendor.WECHATPAY:
        text = base64.urlsafe_b64encode(digest).decode("ascii")
        return _OPENID_HEAD + text[: OPENID_LENGTH - len(_OPENID_HEAD)]
    digits = BUYER_ID_DIGITS - len(_BUYER_HEAD)
    return f"{_BUYER_HEAD}{int.from_bytes(digest, 'big') % 10**digits:0{digits}d}"


def called(books: Books, payer_id: PayerId | None, *, vendor: Vendor, merchant_id: str) -> str:
    """Give a payer's alias; empty for nobody, and for somebody who was erased."""
    payer = books.directory.payer(payer_id) if payer_id else None
    if payer is None or payer.status is PartyStatus.ERASED:
        return ""
    return alias(payer, vendor=vendor, merchant_id=merchant_id)


def logon_id(buyer_id: str) -> str:
    """Give a masked account name, as merchants see it; it says no more than the buyer's id.

    >>> logon_id("2088123456789012")
    '123***@sandbox.test'
    """
    return f"{buyer_id[4:7]}***@sandbox.test"


def payer_called(books: Books, *, called: str, vendor: Vendor, merchant_id: str) -> Payer | None:
    """Find the payer a merchant means by an alias, None for nobody's.

    Nothing keeps aliases, so every payer is asked; a sandbox has few.
    """
    for payer in books.directory.payers():
        if payer.status is PartyStatus.ERASED:
            continue
        if alias(payer, vendor=vendor, merchant_id=merchant_id) == called:
            return payer
    return None


def meant(books: Books, *, called: str, vendor: Vendor, merchant_id: str) -> str:
    """Tell whom an order is for; an alias that is nobody's here means anybody.

    Programs under test bring payers' names of their own, which a sandbox can't know.
    """
    known = payer_called(books, called=called, vendor=vendor, merchant_id=merchant_id)
    return called if known is not None else ""
