"""What is done when the shop has shut: ``close`` counts the day, ``statements`` compares it.

Both only put together what the till has stored; what a day counts, and when two sides differ, is
decided by the pure functions of ``pos.closing``.
"""
