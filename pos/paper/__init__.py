"""The shop's paper: one content, and the forms it takes.

* ``content``: what stands on it, line by line, in the payer's language;
* ``day_paper``: the report of a day, for its staff;
* ``plain``: as text, for a terminal;
* ``picture``: as a picture in black and white, as wide as a printer's paper, with a code;
* ``roll``: as the bytes of ESC/POS for a printer, and what a printer makes of such bytes;
* ``links``: the address by which a phone fetches it.

The page for browsers stands in ``pos.web``.
"""
