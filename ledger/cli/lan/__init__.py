"""Open the services to the phones of a local network: ``qrpay up --lan``.

Till, wallet and provider go on listening on their own machine. In front of them stand *doors*,
services of their own at the machine's address in the network (``ledger.kit.serving.forwarder``):

    guest-door    http    the trust page; with --plain-http also wallet and receipts, for strangers
    wallet-door   https   the wallet and receipts, for devices that believe the local authority
    till-door     https   the till, for tablets of the shop; only with --till-too

What of a service a network reaches is said in one table, in ``network``. The provider has no door.
"""
