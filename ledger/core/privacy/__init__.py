"""What is kept of people, for how long, and how they get it or have it erased.

* ``retention``: what is forgotten when, as a table with reasons;
* ``export``: everything the books hold about one payer, for the payer;
* ``erasure``: forget a payer, keep the entries;
* ``purge``: go through the table, in units of work, and leave no copies.
"""
