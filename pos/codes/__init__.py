"""Codes at the till: ``issue`` makes those it shows, ``read`` judges those it is shown."""
