"""A month of trade on the virtual clock: ``python -m bench.month`` shows that the books carry it.

Twenty merchants who sell in three currencies, payers with wallets in the same three, and a plan of
what happens when that follows from a seed. Everything goes through the core as the faces would call
it, with real keys and signatures, on a store of either kind.

``market`` is who takes part and what they say, ``plan`` what happens when, ``run`` plays it.
"""
