"""Lead a program that knows only a vendor's address to this machine, without changing it.

* ``tunnel``: a proxy (RFC 9110, section 9.3.6) that ends the connections to some hosts here;
* ``environment``: the variables by which programs of most languages find proxy and certificate;
* ``redirect.cjs``: for Node, whose own https knows no proxy.
"""
