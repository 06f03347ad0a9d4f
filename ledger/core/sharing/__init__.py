"""Sharing what a payment brought with other merchants: receivers are bound, then shares booked."""
