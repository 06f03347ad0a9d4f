"""``python -m pos serve``: the till as a process."""

from __future__ import annotations

from pos.cli import program

if __name__ == "__main__":
    program(prog_name="python -m pos")
