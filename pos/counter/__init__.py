"""What happens at the counter; each file is one thing that a person, or the provider, does there.

Reading order: ``desk`` (what everything here needs), ``sales`` (ring up, abandon), ``collecting``
(show or read a code, then pursue the payment to its end), ``refunds``, ``notifications`` (the
provider tells), ``news`` (what is told otherwise, by whom), ``stickers``, ``resolver`` (go on with
what is unfinished); and ``day_end`` (count what came in, and compare it with what the provider
saw).

The rule of every function: guards first; then what will be asked is stored, in one transaction with
the state that says so; then the call goes out, outside of any transaction; then what came of it is
stored, in one transaction with its effect. Killed between any two of them, the till knows on
restart what it was about to do, and does it once.
"""
