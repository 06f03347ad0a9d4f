"""A whole session written down, and played again to the same bytes.

tape        the file: what was asked and answered, told and heard, worked, and when
seeded      a provider whose every number comes from a seed
turns       one thing at a time, so that the order in which things happened is known
recorder    writes down what happens at such a provider
replay      plays a file at a fresh one, and says where the first byte differs
"""
