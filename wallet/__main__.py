"""``python -m wallet serve``: the wallet service as a process."""

from __future__ import annotations

from wallet.cli import program

if __name__ == "__main__":
    program(prog_name="python -m wallet")
