"""Codes, apart from what they are for: how they are drawn, photographed and checked.

``code128`` (bars of a payment code), ``confined`` (a stranger's picture is read in a process of its
own), ``checks`` (a shop's code verified step by step, each step with a name), ``explained`` (any
code taken apart), ``app_orders`` (what an app hands over instead of a code). They are drawn by
``wallet.code_image`` and read in pictures by ``wallet.scan_image`` alone.
"""
