"""The programs of a cluster: etcd from the system, Patroni beside us, PostgreSQL from its wheel.

PostgreSQL and Patroni do not run as root, which lends them an account (``ops.databases.account``).
Where that account can't reach our Python, it is lent one of the system's of the same version, and a
copy of Patroni.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

from ledger.kit.terminal import installing
from ledger.ops.databases.account import Account
from ledger.protocol.errors.service import StoreDriverMissing, StoreUnfit

_PATRONI: Final = "patroni"
_EXTRAS: Final = ('extra == "etcd3"', 'extra == "psycopg3"', 'extra == "binary"')
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_SYSTEM_PYTHONS: Final = ("/usr/bin", "/usr/local/bin")


class Program(NamedTuple):
    """How a program is started: the command, and what its environment adds."""

    command: tuple[str, ...]
    environment: dict[str, str]


def etcd() -> str:
    """Find etcd; raises ``StoreDriverMissing`` with what installs it."""
    found = shutil.which("etcd")
    if found is None:
        raise StoreDriverMissing("a cluster needs etcd: sudo apt-get install etcd-server")
    return found


def patroni(account: Account) -> Program:
    """Tell how the account runs Patroni; raises ``StoreDriverMissing``, ``StoreUnfit``."""
    try:
        origin = Path(str(distribution(_PATRONI).locate_file(_PATRONI)))
    except PackageNotFoundError as error:
        raise StoreDriverMissing(f"a cluster needs: {installing('cluster')}") from error
    ours = Path(sys.executable)
    if account.name is None or (account.may("-x", ours) and account.may("-r", origin)):
        return Program((str(ours), "-m", _PATRONI), {})
    copied = account.folder / "programs" / "python"
    if not copied.exists():
        _copy(_PATRONI, copied, set())
    return Program((_system_python(account), "-m", _PATRONI), {"PYTHONPATH": str(copied)})


def _system_python(account: Account) -> str:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in _SYSTEM_PYTHONS:
        if account.may("-x", Path(folder) / version):
            return f"{folder}/{version}"
    raise StoreUnfit(
        f"Patroni does not run as root, and {account.name} can't run {sys.executable};"
        f" start the cluster as an ordinary account, or install a {version} for everybody"
    )


def _copy(name: str, into: Path, seen: set[str]) -> None:
    """Copy an installed distribution, and those that it needs."""
    if name.lower() in seen:
        return
    seen.add(name.lower())
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return  # wanted on another system only
    for file in found.files or ():
        if ".." not in file.parts and (source := Path(str(file.locate()))).exists():
            (into / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, into / file)
    for wanted in found.requires or ():
        if "extra ==" not in wanted or any(extra in wanted for extra in _EXTRAS):
            needed = _NAME.match(wanted)
            if needed is not None:
                _copy(needed[0], into, seen)
