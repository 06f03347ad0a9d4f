"""What is told to a till beside the provider's own notifications.

``hints`` and ``listener``: what the provider tells in passing, a reason to ask sooner; ``vendors``:
what an acquirer notifies of in its own words; ``told``: what being told may do.
"""
