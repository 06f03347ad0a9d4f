"""The local network: a certificate authority of one's own, a name, the page that explains both.

* ``authority``: makes and keeps the authority's key and certificate, and certificates of a service;
* ``announcer``: tells the network where ``NAME.local`` is (multicast DNS);
* ``trust_page``: what a person reads who lets a phone believe the authority.

An ordinary browser gives a page camera, keys and passkeys only over https (W3C Secure Contexts),
and no public authority certifies a name like ``qrpay.local``.
"""
