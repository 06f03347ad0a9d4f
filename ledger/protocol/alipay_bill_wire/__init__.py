"""Alipay's bills as files: the ZIP that a merchant downloads the day after, byte for byte.

Pure spelling: rows go in, bytes come out. A bill is an archive of two files, details and summary,
whose names and contents are GBK. Sources are opendocs.alipay.com on the bill of a merchant, and
published bills of shops, whose very lines (rows of dashes, tabs behind texts) are reproduced.

* ``cells``: how a cell is written, and what all four files have in common;
* ``trade``: the business bill: what was sold and given back;
* ``account``: the account bill: what changed the account, with its balance;
* ``archive``: the ZIP, whose names are GBK without the flag that would say UTF-8.
"""
