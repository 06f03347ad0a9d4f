"""``qrpay bench checkout``: whole checkouts over HTTP, from the till's screen to the receipt.

Till, wallet and provider run as processes of their own, as ``qrpay up`` runs them, on books made up
for it (``fair``). A driver on the same machine buys, scans and agrees (``driver``). Signatures,
limits, durable double entry, receipts and notifications are the real ones: nothing is switched off.
What each process took is read from the system (``processor``), what the machine could do at best is
measured in the same run (``limits``), and at the end the books are held against what was
acknowledged (``proof``).
"""
