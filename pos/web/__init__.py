"""The till's JSON API: ``bodies`` (what is read), ``views`` (what is answered), ``routes``.

``incoming`` is for those who are not the shop's: the provider that tells, a browser that comes back.

It translates and decides nothing: parse, one call into ``pos.counter``, render.
"""
