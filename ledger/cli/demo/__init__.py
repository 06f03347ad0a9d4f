"""``qrpay demo``: a day at the counter, played by all three parties, and the morning after.

``play`` is the command, ``checkouts`` the scenes between till and phone, ``day_end`` the close of
the day, its settlement and its reconciliation; ``story`` tells them.
"""
