"""The rules that till, wallet and provider share; pure: no I/O, no clock, no randomness.

Functions here take bytes, numbers and ``now`` and give bytes, records and errors. Nothing in this
package imports anything else of this project, so a stranger can build a till or a wallet on it.

Reading order: ``money``, ``instants``, ``identifiers``, ``lifecycle``, then what is scanned
(``emvco``, ``merchant_qr``, ``payment_code``) and what is signed (``signing``, ``messages``);
``errors`` names every rule that can be broken.
"""
