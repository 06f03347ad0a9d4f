"""What Patroni is told about a node, and about the cluster (Patroni manual, "YAML configuration").

Patroni reads YAML, of which JSON is a part, so the file is written as JSON. Times are in seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from ledger.cli.cluster.layout import HOST, LEDGER, REPLICATOR, SUPERUSER, Layout

LEASE_S: Final = 20
"""How long a leader that went silent leads on; Patroni takes no less."""

_LOOK_EVERY_S: Final = 5
_RETRY_S: Final = 5
_ANY_LAG_BYTES: Final = 1 << 40

Settings = dict[str, object]


def write(layout: Layout, node: str, programs: Path) -> Path:
    """Write a node's configuration, for the owner's eyes only; gives the file."""
    path = layout.servers / node / "patroni.yml"
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(_settings(layout, node, programs))))
    return path


def _settings(layout: Layout, node: str, programs: Path) -> Settings:
    ports = layout.nodes[node]
    rest, postgres = f"{HOST}:{ports.patroni}", f"{HOST}:{ports.postgres}"
    return {
        "scope": "qrpay",
        "name": node,
        "restapi": {"listen": rest, "connect_address": rest},
        "etcd3": {"host": f"{HOST}:{layout.etcd}"},
        "bootstrap": {
            "dcs": _cluster(layout),
            "initdb": [{"encoding": "UTF8"}, "no-locale", "data-checksums"],
        },
        "postgresql": {
            "listen": postgres,
            "connect_address": postgres,
            "data_dir": str(layout.data(node)),
            "bin_dir": str(programs),
            "pgpass": str(layout.servers / node / "pgpass"),
            "authentication": {
                "superuser": {"username": SUPERUSER, "password": layout.superuser_password},
                "replication": {"username": REPLICATOR, "password": layout.replicator_password},
            },
            "parameters": {"unix_socket_directories": str(layout.servers / node)},
            "pg_hba": [
                # Whoever may enter the node's folder may enter its database.
                f"local all {SUPERUSER} trust",
                f"host all {SUPERUSER} {HOST}/32 scram-sha-256",
                f"host all {LEDGER} {HOST}/32 scram-sha-256",
                f"host replication {REPLICATOR} {HOST}/32 scram-sha-256",
            ],
        },
    }


def _cluster(layout: Layout) -> Settings:
    return {
        "ttl": LEASE_S,
        "loop_wait": _LOOK_EVERY_S,
        "retry_timeout": _RETRY_S,
        # A follower that confirms lags by nothing. One that doesn't leads in spite of what it
        # missed: Patroni's own limit (1 MiB) would leave nobody to lead after a busy second.
        **({} if layout.quorum else {"maximum_lag_on_failover": _ANY_LAG_BYTES}),
        # Strict: where no follower confirms, the leader acknowledges nothing, instead of alone.
        "synchronous_mode": "quorum" if layout.quorum else "off",
        "synchronous_mode_strict": layout.quorum,
        "postgresql": {
            "use_pg_rewind": True,
            "use_slots": True,
            "parameters": {
                "max_connections": 60,
                "synchronous_commit": "on",
                "wal_level": "replica",
                "wal_log_hints": "on",
            },
        },
    }
