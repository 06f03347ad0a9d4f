"""``qrpay bench failover``: kill the server that leads while payments are booked, and count.

``load``: tellers that book and write down what was acknowledged. ``fault``: what is done to the
servers. ``count``: the books against what was written down. ``command``: the whole of it, in order.
"""
