"""``qrpay bench ledger``: how many payments a second the books take, and that they took them all.

What is measured is the store's posting of many payments in one unit of work, and nothing around it:
balances read and locked, funds checked and balances reckoned in sequence, then written: an entry
(a payment is captured once: unique), three postings (payer, shop, fee), each account once, and what
waits for the chain. It is over when the disk has it. The payments stand there before (``ground``);
no signature is checked or made, no receipt and no notification is written: ``qrpay bench checkout``
has all of that. ``sales`` is what is measured, ``command`` measures.
"""
