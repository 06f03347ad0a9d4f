"""A scan that is the consent at once: the code and the payer's agreement come together, in lists.

A code of profile S says everything about a payment, signed by its shop. Where the price is what the
payer pays, no offer has to be fetched: the wallet checks the code, the payer agrees, and one
message brings both. It may well be the first that the ledger hears of the payment; then the code
opens it. ``consents`` checks the signatures, ``openings`` makes a payment of a code, ``agreements``
decides.
"""
