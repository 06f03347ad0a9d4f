"""``python -m ledger serve``: the provider as a process."""

from __future__ import annotations

from ledger.cli.serve import program

if __name__ == "__main__":
    program(prog_name="python -m ledger")
