"""One function for each operation of the native API, by who calls: anybody, merchants, payers.

Each has the same shape: read path, query and body from the ``Call``, call one core operation,
render what it gave. It runs inside one unit of work, which is undone if it raises.
"""
