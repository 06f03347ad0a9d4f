"""The control API of a sandbox, ``/_sandbox/v1``: whoever knows its token, on this machine.

guard     who may steer
views     how faults, exchanges, deliveries and people are told as JSON
routes    the addresses
"""
