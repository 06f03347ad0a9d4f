"""``qrpay doctor``: look for what usually goes wrong in the field, and say what to do about it.

A check is a function from the surroundings to findings. Checks look, they change nothing; none of
them may take longer than ``command.WITHIN_S``.

* ``place``: the data folder, its files, the disk;
* ``machine``: programs, extras, fonts;
* ``running``: the services, their ports, their versions, their clocks;
* ``network``: addresses, doors, the name, the certificate, phones that are kept apart.
"""
