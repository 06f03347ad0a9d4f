"""What the native face says about itself: OpenAPI, a page to read, the reference in ``docs/``.

All of it is made from the table of routes; nothing is written twice.
"""
