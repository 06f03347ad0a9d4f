"""Codes, apart from what they are for: how they are drawn, photographed and checked.

``code128`` (bars of a payment code), ``confined`` (a stranger's picture is read in a process of its
own), ``checks`` (a shop's code verified step by step, each step with a name), ``explained`` (any
code taken apart). The picture libraries are used in ``wallet.code_image`` and ``wallet.scan_image``
only.
"""
