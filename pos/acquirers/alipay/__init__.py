"""Alipay's open platform as the till's acquirer, by its V2 gateway and RSA2.

Reading order: ``client`` (the account's files; a call goes out signed, its answer's node is
checked), ``acquirer`` (what the till asks, in the platform's words), ``news`` (notifications),
``bills``.
"""
