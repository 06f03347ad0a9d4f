"""What a payer may ask about their own data: all of it, and its end."""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.privacy import erasure, export
from ledger.faces import Provider
from ledger.faces.native import personal_mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire
from ledger.protocol.instants import to_text


def export_me(provider: Provider, books: Books, call: Call) -> wire.PayerExport:
    """Give the payer everything that is held about them."""
    del provider
    return personal_mapping.payer_export(export.export(books, payer_id=call.payer_id), call.now)


def erase_me(provider: Provider, books: Books, call: Call) -> wire.PayerErased:
    """Forget the payer; the key that asked is worth nothing from then on."""
    del provider
    erasure.erase(books, payer_id=call.payer_id, now=call.now)
    return wire.PayerErased(payer_id=call.payer_id, erased_at=to_text(call.now))
