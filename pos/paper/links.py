"""The address by which a phone fetches a paper, that nobody can guess who has not seen the paper.

    http://192.168.1.20:8410/receipt/01M81BKH5XWYK29ZNNJNVGWY-GLxDvzCal-W3nQdO
                                     the sale                 its proof

The proof is made from the sale's salt, which never leaves the till but on the paper itself. So the
provider, who knows when something was sold and for how much, does not learn the basket here either.

    >>> proof("sal_01M81BKH5XWYK29ZNNJNVGWY", bytes(32))
    'GLxDvzCal-W3nQdO'
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from ledger.protocol.errors.checkout import ReceiptNotFound, SaleNotFound
from ledger.protocol.signing import b64url
from pos.till import Sale

PATH: Final = "/receipt/"

_DOMAIN: Final = b"test.qrpay/receipt-link/v1\0"
_PROOF_BYTES: Final = 12
_PREFIX: Final = "sal_"


def address(base: str, sale: Sale) -> str:
    """Give the address of a sale's paper below ``base``, such as ``http://192.168.1.20:8410``."""
    return f"{base.rstrip('/')}{PATH}{token(sale)}"


def sale_of(text: str, find: Callable[[str], Sale]) -> Sale:
    """Find the sale that ``token`` stands for; ``ReceiptNotFound`` for whatever is none."""
    body, _, given = text.partition("-")
    try:
        sale = find(_PREFIX + body)
    except SaleNotFound as error:
        raise ReceiptNotFound from error
    if not hmac.compare_digest(proof(sale.sale_id, sale.salt).encode(), given.encode()):
        raise ReceiptNotFound
    return sale


def token(sale: Sale) -> str:
    """Give what stands for a sale's paper in an address."""
    return f"{sale.sale_id.removeprefix(_PREFIX)}-{proof(sale.sale_id, sale.salt)}"


def proof(sale_id: str, salt: bytes) -> str:
    """Prove that whoever made an address has the paper: 96 bits as 16 characters."""
    digest = hashlib.sha256(_DOMAIN + sale_id.encode("ascii") + b"\0" + salt).digest()
    return b64url(digest[:_PROOF_BYTES])
