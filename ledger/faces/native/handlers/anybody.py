"""What anybody may ask: published keys, names, heads; and to let a new key in with a token.

An enrolment carries no Idempotency-Key: the token is used once, and the same token with the same
key is answered alike.
"""

from __future__ import annotations

import msgspec

from ledger.core.books import chain
from ledger.core.parties import enrolment, guests, register
from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.native import mapping
from ledger.faces.native.call import Call
from ledger.protocol import native_wire as wire
from ledger.protocol.errors.trust import KeyFormat, SignatureEncoding
from ledger.protocol.signing import b64url_decode, to_jwks

CODE_SECRET_BYTES = 32


def get_keys(provider: Provider, books: Books, call: Call) -> wire.KeySet:
    """Publish the keys of the ledger and of all merchants."""
    del provider, call
    return msgspec.convert(to_jwks(books.directory.published_keys()), wire.KeySet)


def get_merchant(provider: Provider, books: Books, call: Call) -> wire.MerchantView:
    """Publish a merchant as registered."""
    del provider
    return mapping.merchant_view(register.require_merchant(books, call.path["merchant_id"]))


def get_head(provider: Provider, books: Books, call: Call) -> wire.DayHead:
    """Publish the signed head of a day."""
    del provider
    head = chain.head_of(books, business_date=call.path["business_date"])
    return wire.DayHead(head=wire.SignedText.of(head))


def enrol_terminal(provider: Provider, books: Books, call: Call) -> wire.TerminalEnrolled:
    """Tie a till's key to the terminal its token is for."""
    del provider
    body = call.sent(wire.EnrolKey)
    enrolled = enrolment.enrol_terminal(
        books,
        token=body.token,
        algorithm=body.algorithm,
        public_key=_public_key(body),
        now=call.now,
    )
    return mapping.terminal_enrolled(enrolled)


def enrol_device(provider: Provider, books: Books, call: Call) -> wire.DeviceEnrolled:
    """Tie a device's key to the payer its token is for; a guest pass makes a new payer."""
    body = call.sent(wire.EnrolKey)
    if guests.is_pass(books, body.token):
        let_in = guests.let_in(
            books,
            token=body.token,
            algorithm=body.algorithm,
            public_key=_public_key(body),
            entropy=provider.entropy,
            now=call.now,
            ids=provider.ids,
        )
        return mapping.device_enrolled(let_in)
    enrolled = enrolment.enrol_device(
        books,
        token=body.token,
        algorithm=body.algorithm,
        public_key=_public_key(body),
        code_secret=provider.entropy(CODE_SECRET_BYTES),
        now=call.now,
        ids=provider.ids,
    )
    return mapping.device_enrolled(enrolled)


def _public_key(body: wire.EnrolKey) -> bytes:
    try:
        return b64url_decode(body.public_key)
    except SignatureEncoding as error:
        raise KeyFormat("the public key is not base64url without padding") from error
