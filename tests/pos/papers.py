"""A sale's paper as text."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.protocol.messages import Receipt
from pos.goods.catalogue import Language
from pos.keys import Identity
from pos.paper import content, plain
from pos.till import Sale


def printed(sale: Sale, receipts: Sequence[Receipt], identity: Identity, language: Language) -> str:
    """Print a sale."""
    return plain.text(content.of_sale(sale, receipts, identity, language))
