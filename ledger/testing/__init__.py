"""A whole provider inside somebody's unit test: the ``qrpay`` fixture of pytest, and what it gives.

def test_my_till_is_paid(qrpay):
sale = my_till.sell("12.95", gateway=qrpay.alipay.gateway, key=qrpay.alipay.private_key)
qrpay.wallet("anna").pay(sale.code)
assert my_till.is_paid(sale)
qrpay.assert_books_balanced()

plugin      what pytest finds when qrpay is installed; it loads the rest when a test asks for it
play        one provider in memory, on a port of its own, with a clock that stands still
handles     its clock, faults, notifications and requests, as tests speak of them
accounts    what an SDK has to know to speak to it
"""
