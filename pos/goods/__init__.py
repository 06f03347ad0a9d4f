"""What is sold: the catalogue, and a basket of it with its total, its VAT and its hash.

Reading order: ``catalogue`` (a price list as data), ``basket`` (arithmetic on gross prices).
Pure: no clock, no randomness, no store, no web. Amounts are ``Money`` in the shop's currency.
"""
