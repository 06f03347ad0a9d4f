"""Settlement: what a merchant is owed for a business day is counted once, and paid out once.

* ``terms``: what was agreed with a merchant: time zone, cut-off, calendar, delay;
* ``business_days``: which business day an instant belongs to;
* ``calendars``: on which days banks pay;
* ``clearing``: a day is closed, each of its movements goes into exactly one batch;
* ``payouts``: the net of a batch goes to the merchant's bank, and perhaps comes back;
* ``funds``: what was paid out of which days, and what is still owed;
* ``due``: what has to be done by now;
* ``statement``: a batch, line by line, for the merchant.
"""
