"""Paying a scanned code at once: one request instead of scan, review and approval.

A code of profile S says all of a payment and is signed by its shop, so a screen can show it without
asking anybody, and where the price is what the payer pays there is nothing else to agree to.
``screen`` says what to show, and whether a code can be paid this way at all; ``payment`` checks
that what was seen is what is signed, and signs; ``sender`` stores consents and brings them to the
provider, those of everybody together.

What was agreed to is an ordinary review (``wallet.review``) that is APPROVED from its beginning, so
a lost answer, a crash, a second tap end as they do everywhere (``wallet.authorise``).
"""
