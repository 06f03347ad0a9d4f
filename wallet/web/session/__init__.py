"""The wallet's API for its own pages: a browser goes by the cookie of its session.

Reading order: ``visitor`` (the cookie, and whose page asks), ``mine`` (a guest's wallet),
``browser_keys`` (a wallet whose key is in the browser), ``live`` (news), ``sandbox`` (the card),
``visitor_views`` (what is answered).
"""
