"""The native face: the JSON API that our own till and wallet speak, and anybody's may.

What it offers is published in ``ledger.protocol.native_api`` and ``native_wire``; this package
serves it and decides nothing. Reading order:

* ``routes``: the table of operations with their handlers and errors, turned into Flask rules;
* ``authentication``: who signed the call, and is it new;
* ``desk``: one call from its bytes to its answer, exactly once;
* ``handlers``: one function an operation, by who calls;
* ``mapping``: from the core's records to bodies;
* ``live``: server-sent events;
* ``documents``: OpenAPI and the reference pages, made from the same table.
"""
