"""What makes this program one payer's device: its keys, its enrolment, what it knows offline.

``sealing`` (how a secret lies on disk), ``vault`` (the device key behind the PIN), ``enrolment``
(a one-time token lets the key in), ``knowledge`` (the provider's key directory, remembered for
times without a network), ``phone`` (all of it together).
"""
