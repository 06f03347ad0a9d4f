"""Deposits at the counter: rung up like a sale, held, and then taken in part or given back.

To ring one up and to have it held is ``counter.sales`` and ``counter.collecting``; ``ends`` takes
and gives back.
"""
