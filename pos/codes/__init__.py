"""Codes at the till: ``issue`` makes those it shows, ``read`` judges those it is shown.

``offline`` makes codes at a terminal, for looking at, without any till.
"""
