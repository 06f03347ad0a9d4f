"""``qrpay run``: a program written for a vendor, at the services of this machine."""
