"""The books: ``accounts`` (the chart), ``journal`` (double entry), ``fx`` (rates), ``issuance``."""
