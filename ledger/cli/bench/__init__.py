"""``qrpay bench``: what this machine can do, measured where it stands.

A command of the group is a module here, announced as ``bench.<name>`` in ``pyproject.toml``. It
says on which machine it ran (``machine``), compares its contestants turn by turn so that a busy
moment hits all of them (``rounds``), and shows a table, and with ``--json`` one object on its last
line (``report``). A measurement is never a test: nothing here passes or fails by a time.
"""
