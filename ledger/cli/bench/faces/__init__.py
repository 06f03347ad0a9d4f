"""``qrpay bench vendors``: what a call by a vendor's face costs, against its signatures alone.

* ``openssl``: what RSA costs on this machine, by ``openssl speed``;
* ``calls``: signed calls, ready to be answered;
* ``command``: both in turns, as a table.
"""
