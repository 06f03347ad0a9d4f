"""The plumbing every party is built with; no payment rule lives here.

Till, wallet and provider need the same few things around their rules. Each is one module:

* ``clock``, ``entropy``: the only places that read the time of day and randomness;
* ``settings``: read variables strictly;
* ``home``: where this machine's services keep their files, and which of them run;
* ``secrets``: what stays on this machine;
* ``embedded``: a store in one file that loses nothing it has acknowledged;
* ``web`` (with ``problems``): the manners of a Flask service;
* ``pages``: pages for people, in three languages, and what they are made of;
* ``qr``: codes as pictures;
* ``network``, ``serving``, ``background``: run such a service, and what it does by itself;
* ``transport``: call one.

Nothing in here imports anything of ours but ``ledger.protocol``.
"""
