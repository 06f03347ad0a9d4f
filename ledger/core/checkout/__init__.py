"""A payment from the merchant's request to its end.

Merchant-presented: ``requests.request`` -> ``claims.claim`` -> ``authorisations.authorise``.
Sticker: ``stickers.claim_sticker`` -> ``authorisations.authorise``.
Consumer-presented: ``payment_codes.pay_with_code``, which may have to ask the payer.
Any of them may end early: ``endings``.

``progress`` moves a payment through its lifecycle, ``codes`` compares a scanned code with the
payment it points to, ``consents`` checks signatures before the books are locked, ``capture`` moves
the money, ``deposits`` sets it aside first.
"""
