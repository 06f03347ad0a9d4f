"""The till's JSON API: ``bodies`` (what is read), ``views`` (what is answered), ``routes``.

It translates and decides nothing: parse, one call into ``pos.counter``, render.
"""
