"""The wallet's JSON API, used by its browser pages: ``bodies`` in, ``routes``, ``views`` out."""
