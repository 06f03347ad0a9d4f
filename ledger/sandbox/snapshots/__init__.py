"""Snapshots: how things stood, by name, to be put back.

shelf       folders with names, each written whole or not at all
provider    the books, time and faults of a provider at work
"""
