"""``qrpay privacy report``: who learns what, found out by looking into every byte.

``played`` lets three parties and a second shop do everything once, with facts that are unique
random words (*canaries*, ``facts``), and gives the bytes of all stores, logs and wires. ``scan``
looks for a word in every spelling, ``matrix`` compares what was found with what is expected
(``expected.json``), ``page`` writes the result as one HTML file.
"""
