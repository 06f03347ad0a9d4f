"""Antom's in-store API (Alipay+) as the till's acquirer: order codes, payment codes, refunds.

Reading order: ``client`` (the account's files; a call goes out signed, its answer is checked),
``acquirer`` (what the till asks, in the API's words), ``news`` (notifications).
"""
