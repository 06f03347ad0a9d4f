"""What all vendors' faces need of the books, said once in the field's words.

A vendor's face (``ledger.faces.alipay`` and its like) checks the vendor's signature, reads the
vendor's fields and calls in here; what may happen to a payment is decided where it always is.

* ``accounts``: let a merchant be known by a vendor's number, find who calls;
* ``aliases``: how a payer is called towards one merchant, in the vendor's form;
* ``orders``: open a payment for a vendor's order, find it by either number, bury one;
* ``codes``: a wallet scans a vendor's code, a shop scans a payment code;
* ``refunds``: a refund under a vendor's numbers;
* ``announcing``: how a face tells a merchant, for the notifier.
"""
