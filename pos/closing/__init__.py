"""After the last sale: what the day brought in, and whether the provider saw the same.

Reading order: ``business_day`` (which day an instant belongs to), ``turnover`` and ``day_report``
(what a day brought in; ``pos.paper.day_paper`` prints it); ``movements`` (what the till knows of
money that moved), ``statement`` (what the provider says of it, with ``statement_csv`` for a file of
it), ``differences`` (every way in which the two can disagree), ``reconciliation`` (the comparison).
Pure: no clock, no store, no web.
"""
