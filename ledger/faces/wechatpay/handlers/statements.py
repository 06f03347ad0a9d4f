"""Statements of the overseas API: the trade bill of a day in one call, without an address between.

The file comes at once; its signature is over ``{"sha1":"…"}``, the same SHA-1 that the header
``Wechatpay-Statement-Sha1`` gives. Where the vendor's pages say nothing about its columns, they are
those of the trade bill.
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from ledger.core.vendors.wechatpay import bills
from ledger.faces.wechatpay import parties
from ledger.faces.wechatpay.answering import signature_headers
from ledger.faces.wechatpay.calls import reception
from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.handlers.bills import COMPRESSED, GZIP, PLAIN
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.wechatpay_bill_wire.trade import bill_type_of
from ledger.protocol.wechatpay_v2_wire.values import from_day
from ledger.protocol.wechatpay_wire.signed_texts import statement_body

PATH = "/v3/global/statements"
SHA1_HEADER = "Wechatpay-Statement-Sha1"


def statement(face: Face) -> Callable[[], flask.Response]:
    """Make the view that gives a day's statement; what it raises is told as for every address."""

    def view() -> flask.Response:
        call = reception.receive(face, {})
        packing = call.raw_query.get("tar_type", "")
        if packing not in ("", GZIP):
            raise FieldFormat(f"tar_type: {packing[:16]!r}")
        day = from_day(call.query("date").replace("-", ""))
        bill_type = bill_type_of(call.raw_query.get("statement_type", ""))
        with face.provider.store.reading() as books:
            account = parties.of_query(books, call).account
            file = bills.trade_bill(
                books, account=account, day=day, bill_type=bill_type, now=call.now
            )
        content, kind = (file.compressed, COMPRESSED) if packing else (file.plain, PLAIN)
        response = flask.Response(content, content_type=kind)
        response.headers[SHA1_HEADER] = file.sha1
        choice = face.keys().choose(call.asked_serial, call.registration.regime, call.now)
        signed = signature_headers(
            choice.key,
            statement_body(file.sha1),
            stamped_at=face.provider.clock.outside(),
            entropy=face.provider.entropy,
        )
        response.headers.update(signed)
        return response

    return view
