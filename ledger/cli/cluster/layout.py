"""Where a cluster keeps its files, and what was chosen for it once: ports and passwords.

FOLDER/cluster.json         ports and passwords, for the owner's eyes only
FOLDER/passfile             the password with which a ledger enters, as libpq reads it
FOLDER/running.json         which processes were started, while they run
FOLDER/logs/                what etcd and each node said
FOLDER/servers/             the servers' own: etcd/, node1/, node2/, node3/, programs/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from ledger.kit.entropy import Entropy
from ledger.kit.network.ports import free_port

NODES: Final = ("node1", "node2", "node3")
HOST: Final = "127.0.0.1"
SUPERUSER: Final = "qrpay"
REPLICATOR: Final = "replicator"
LEDGER: Final = "ledger"
BOOKS: Final = "books"
_PASSWORD_BYTES: Final = 24


class NodePorts(msgspec.Struct, frozen=True):
    """Where one node listens: its PostgreSQL, and its Patroni."""

    postgres: int
    patroni: int


class Layout(msgspec.Struct, frozen=True):
    """A cluster's choices; ``quorum`` is False for one whose leader waits for nobody."""

    folder: str
    etcd: int
    etcd_peers: int
    nodes: dict[str, NodePorts]
    superuser_password: str
    replicator_password: str
    ledger_password: str
    quorum: bool

    @property
    def servers(self) -> Path:
        """The folder that belongs to the servers."""
        return Path(self.folder) / "servers"

    @property
    def passfile(self) -> Path:
        """The file in which libpq finds the ledger's password."""
        return Path(self.folder) / "passfile"

    def data(self, node: str) -> Path:
        """Where a node's PostgreSQL keeps its files."""
        return self.servers / node / "data"

    def log(self, name: str) -> Path:
        """Where what a process said is kept."""
        return Path(self.folder) / "logs" / f"{name}.log"

    def rest(self, node: str) -> str:
        """Where a node's Patroni tells how things are."""
        return f"http://{HOST}:{self.nodes[node].patroni}"

    @property
    def url(self) -> str:
        """Where ``open_store`` finds the books: at whichever of the nodes takes writes."""
        hosts = ",".join(f"{HOST}:{self.nodes[node].postgres}" for node in NODES)
        passfile = quote(str(self.passfile), safe="")
        wanted = f"target_session_attrs=read-write&passfile={passfile}"
        return f"postgresql://{LEDGER}@{hosts}/{BOOKS}?{wanted}"


def chosen(folder: Path, entropy: Entropy, *, quorum: bool) -> Layout:
    """Give the choices of the cluster in ``folder``, made now if it is a new one."""
    kept = folder / "cluster.json"
    if kept.exists():
        return read(folder)
    ports = _ports()
    layout = Layout(
        folder=str(folder.absolute()),
        etcd=next(ports),
        etcd_peers=next(ports),
        nodes={node: NodePorts(next(ports), next(ports)) for node in NODES},
        superuser_password=_password(entropy),
        replicator_password=_password(entropy),
        ledger_password=_password(entropy),
        quorum=quorum,
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write_secret(kept, msgspec.json.format(msgspec.json.encode(layout)))
    _write_secret(layout.passfile, f"*:*:*:{LEDGER}:{layout.ledger_password}\n".encode())
    return layout


def read(folder: Path) -> Layout:
    """Read the choices of a cluster that was started before; ``FileNotFoundError`` if none was."""
    return msgspec.json.decode((folder / "cluster.json").read_bytes(), type=Layout)


def _ports() -> Iterator[int]:
    """Give free ports, no two alike: nobody listens on the first while the next is looked for."""
    given: set[int] = set()
    while True:
        port = free_port()
        if port not in given:
            given.add(port)
            yield port


def _password(entropy: Entropy) -> str:
    return entropy(_PASSWORD_BYTES).hex()


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
