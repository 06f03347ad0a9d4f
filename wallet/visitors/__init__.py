"""Strangers in a browser: let in without anybody asking who they are, with play money.

``sessions`` says which wallet a browser belongs to. A *guest* (``guests``) has a wallet in this
service: it works in every browser on plain http, and the service holds the key. A *browser wallet*
(``browser_wallets``) has its key in the browser, which signs each call to the provider itself; this
service only carries them (``relay``), and asks for PIN or passkey (``passkeys``) before it carries
a consent that needs one.
"""
