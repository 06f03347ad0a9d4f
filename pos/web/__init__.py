"""The till's JSON API: ``bodies`` (what is read), ``views`` (what is answered), ``routes``.

``selling`` is the one address that everything waits for, ``day_routes`` is for the end of a day,
``incoming`` for callers from outside the shop: the provider that tells, a browser coming back.

It translates and decides nothing: parse, one call into ``pos.counter``, render.
"""
