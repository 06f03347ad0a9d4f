"""Say of any scanned text what it is, in one plain sentence, and what a wallet does with it.

    >>> reading = read("https://qr.alipay.com/bavh4wjlxf12tper3a")
    >>> reading.kind.value, reading.title
    ('alipay-url', 'Alipay code of a shop')
    >>> reading.sentence
    'A web address with a token; only Alipay knows shop and amount. It is not signed.'
    >>> read("286012345678901234").facts
    (Fact(name='Digits', value='18'),)

It never fails and never verifies: a code of this scheme is told as such by its form, and whether it
is genuine ``merchant_qr.verify`` says. ``explain`` takes a code apart, field by field.
"""

from __future__ import annotations

from ledger.protocol.merchant_qr.recognition import addresses, documents, merchant_codes, numbers
from ledger.protocol.merchant_qr.recognition.kinds import CodeKind
from ledger.protocol.merchant_qr.recognition.reading import Fact, Reading

__all__ = ["CodeKind", "Fact", "Reading", "read"]

_RECOGNISERS = (
    merchant_codes.recognise,
    numbers.recognise,
    addresses.recognise,
    documents.recognise,
)


def read(text: str) -> Reading:
    """Tell what kind of code a text is; a text that nobody recognises is a text."""
    for recognise in _RECOGNISERS:
        reading = recognise(text)
        if reading is not None:
            return reading
    return Reading(CodeKind.TEXT)
