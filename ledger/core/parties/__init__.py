"""The parties and their keys.

``register`` lets merchants, terminals and payers in, under the rules of ``names``; ``enrolment``
ties a key to a terminal or a payer with a one-time token; ``keys`` looks keys up; ``pairwise``
gives each merchant its own name for a payer.
"""
