"""The payer's side: it reads codes, shows what would be paid to whom, and signs the consent.

One wallet service holds several named wallets, each a device of one payer. A wallet may import only
``ledger.protocol``, ``ledger.client`` and ``ledger.kit``: it trusts signatures and the provider's
key directory, never a code by itself.

Reading order: ``scan`` (what is this code?), ``review`` (what a payer is shown), ``authorise``
(confirm, sign, and what became of it), ``present`` (the payment code a till scans), ``activity``
(receipts, verified again whenever they are shown); then ``device`` (keys at rest, enrolment, what
is known offline), ``codes`` with ``scan_image`` and ``code_image`` (pictures), ``store``, and the
edges ``web``, ``cli``, ``app``.
"""
