"""The crowd of a load test, all of it in one thread.

``arrivals`` says when people come, ``shoppers`` what they do, ``wire`` is what they speak over, and
``play`` lets them.
"""
