"""What the books keep, as frozen dataclasses: ``parties``, ``payments``, ``journal``, ``notices``.

Amounts are ``Money``, points in time ``Instant``; a field that ends in ``_minor`` counts minor
units of the currency beside it. ``None`` means "not yet" or "not applicable", never "unknown".
"""
