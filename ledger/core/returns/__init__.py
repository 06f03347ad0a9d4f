"""Money that goes back: ``refunds`` after a sale, ``reversals`` of an attempt gone wrong.

Nothing booked is ever edited; giving back books a new entry (ISO 20022 pacs.004, payment return).
"""
