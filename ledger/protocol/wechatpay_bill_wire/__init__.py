"""WeChat Pay's bills as files: what a merchant downloads the day after, byte for byte.

Pure spelling: rows go in, bytes come out. Versions 2 and 3 of the API hand out the same files.
Sources are the public pages of pay.weixin.qq.com on the trade bill and the fund-flow bill; the very
bytes (byte order mark, CRLF, backticks) are those of real bills whose SHA-1 is published.

* ``cells``: how a cell is written so that no text can leave it;
* ``trade``: the trade bill: what was sold and given back, in three layouts;
* ``fund_flow``: the fund-flow bill: what changed the account, with its balance;
* ``files``: the bytes, their SHA-1, and the same compressed.
"""
