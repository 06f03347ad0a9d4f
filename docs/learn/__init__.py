"""The lessons, and what makes them run: ``stage`` (three parties in one process), ``follow``."""
