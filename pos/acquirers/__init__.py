"""Who collects the money for the shop: one port, one file for each acquirer.

Reading order: ``intents`` (what is asked, written down before it is asked), ``port`` (what every
acquirer can do and how it answers), ``native`` (the provider of this project), ``provider_keys``
(whose signatures it is believed by).
"""
