"""Lets an unmodified service die at a chosen statement or call. Python imports this by itself.

Python imports a module of this name at its start where it finds one (docs.python.org/3/library/
site.html), in each process of a service, its workers included. The test puts this folder on
PYTHONPATH, and the service knows nothing of it.

The service works as always until the test *arms* it, by a file ``armed`` in the folder QRPAY_KILL
names. From then on its statements and calls are compared with what the file says, and at the n-th
that fits the service leaves a note, ``died``, of where it was, and kills itself with its process
group: SIGKILL, so nothing is flushed, closed or said any more. What can be told of a moment:

    before, after     a statement of SQL, or a flush of a file ("fsync books.csv")
    amid              a COMMIT: in SQLite when half of the n-th write to the disk is done, in
                      PostgreSQL when it was sent and nobody has heard the answer
    before, sent, answered    a call to another party: "POST /v1/payments"

``within`` is a statement that the open transaction must have had before; ``by`` is the beginning of
the name of the thread. Where ``by`` is empty, work in the background does not count.

Each answer to a call with an Idempotency-Key is written down in ``answers`` before anybody can
die of it, so that a test can compare all answers to one key.
"""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import re
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import apsw

BACKGROUND = ("notif", "sweeper", "sealer", "settler", "resolver", "listener")

Statements = list[str]
Wish = dict[str, Any]


class Trap:
    """What to die of, read from the file each time something happens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._armed = folder / "armed"
        self._lock = threading.Lock()
        self._set_at = 0
        self._wanted: Wish = {}
        self._hits = 0

    def spring(self, moment: str, what: str, within: Statements | None = None) -> None:
        """Something happens: die if it is that."""
        wanted = self._read()
        if not wanted or wanted["moment"] != moment or not self._fits(wanted, what, within or []):
            return
        with self._lock:
            self._hits += 1
            if self._hits < wanted["nth"]:
                return
        self.die(what)

    def is_due(self, what: str, within: Statements) -> int | None:
        """Tell at which write of a commit that begins now to die, if at any."""
        wanted = self._read()
        if wanted and wanted["moment"] == "amid" and self._fits(wanted, what, within):
            return int(wanted["write"])
        return None

    def die(self, what: str) -> None:
        """Note where, and be gone."""
        wanted, note = self._read(), self._folder / "died"
        note.with_suffix(".part").write_text(json.dumps({"site": wanted["site"], "at": what}))
        note.with_suffix(".part").rename(note)
        self._armed.unlink(missing_ok=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    def _read(self) -> Wish:
        try:
            set_at = self._armed.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        with self._lock:
            if set_at != self._set_at:
                self._wanted = json.loads(self._armed.read_text())
                self._set_at, self._hits = set_at, 0
            return self._wanted

    def _fits(self, wanted: Wish, what: str, within: Statements) -> bool:
        thread = threading.current_thread().name
        here = thread.startswith(wanted["by"] or BACKGROUND) == bool(wanted["by"])
        return (
            here
            and re.search(wanted["what"], what) is not None
            and (not wanted["within"] or any(re.search(wanted["within"], each) for each in within))
        )


def _watch_sqlite(trap: Trap) -> None:
    def watch(connection: apsw.Connection) -> None:
        said: Statements = []
        pen = HalfPen(trap)

        def before(_: object, sql: str, __: object) -> bool:
            if sql.startswith("BEGIN"):
                said.clear()
            if sql == "COMMIT":
                pen.fail_at(trap.is_due(sql, said))
            trap.spring("before", sql, said)
            return True

        def after(event: dict[str, Any]) -> None:
            sql = str(event["sql"])
            if not sql.startswith("BEGIN"):
                said.append(sql)
            if sql == "COMMIT":
                pen.fail_at(None)
            trap.spring("after", sql, said)

        connection.exec_trace = before
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, after)

    apsw.connection_hooks.append(watch)


class HalfPen:
    """SQLite's way to write, replaced by one that does half of the n-th write and dies."""

    _libc = ctypes.CDLL(None, use_errno=True)
    _prototype = ctypes.CFUNCTYPE(
        ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64
    )

    def __init__(self, trap: Trap) -> None:
        self._trap = trap
        self._left: int | None = None
        self._kept_alive: tuple[object, ...] = ()

    def fail_at(self, nth: int | None) -> None:
        """Die in the n-th write from now on; None lets all of them pass."""
        self._left = nth
        if nth is not None and not self._kept_alive:
            disk, write = apsw.VFS("written-by-halves", "unix"), self._prototype(self._write)
            disk.xSetSystemCall("pwrite64", ctypes.cast(write, ctypes.c_void_p).value or 0)
            self._kept_alive = (disk, write)

    def _write(self, file: int, data: int, size: int, offset: int) -> int:
        if self._left is not None:
            self._left -= 1
        half = size // 2 if self._left == 0 else size
        wrote = self._libc.pwrite64(
            file, ctypes.c_void_p(data), ctypes.c_size_t(half), ctypes.c_int64(offset)
        )
        if self._left == 0:
            self._trap.die("COMMIT, half of a write")
        return int(wrote)


def _watch_postgres(trap: Trap) -> None:
    import psycopg  # noqa: PLC0415 (where the books are in a file it may be missing)
    from psycopg.rows import TupleRow  # noqa: PLC0415

    execute: Callable[..., object] = psycopg.Cursor.execute
    said: defaultdict[int, Statements] = defaultdict(list)

    def watched(
        self: psycopg.Cursor[TupleRow], query: str | bytes, *rest: object, **named: object
    ) -> object:
        sql = query.decode() if isinstance(query, bytes) else str(query)
        open_part = said[id(self.connection)]
        if sql.startswith("BEGIN"):
            open_part.clear()
        if sql == "COMMIT" and trap.is_due(sql, open_part) is not None:
            self.connection.pgconn.send_query(b"COMMIT")
            self.connection.pgconn.flush()
            trap.die("COMMIT, sent")
        trap.spring("before", sql, open_part)
        answer = execute(self, query, *rest, **named)
        if not sql.startswith("BEGIN"):
            open_part.append(sql)
        trap.spring("after", sql, open_part)
        return answer

    psycopg.Cursor.execute = watched  # type: ignore[assignment,method-assign]


def _watch_calls(trap: Trap) -> None:
    request: Callable[..., None] = http.client.HTTPConnection.request

    def sending(
        self: http.client.HTTPConnection, method: str, url: str, *rest: object, **named: object
    ) -> None:
        trap.spring("before", f"{method} {url}")
        request(self, method, url, *rest, **named)
        trap.spring("sent", f"{method} {url}")

    http.client.HTTPConnection.request = sending  # type: ignore[method-assign]


def _watch_answers(trap: Trap, answers: Path) -> None:
    from ledger.kit.transport import HttpTransport, Response  # noqa: PLC0415 (traps come first)

    request = HttpTransport.request

    def asked(
        self: HttpTransport, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Response:
        answer = request(self, method, url, headers, body)
        target = "/" + url.split("/", 3)[-1]
        if headers.get("Idempotency-Key"):
            told = {"key": headers["Idempotency-Key"], "call": f"{method} {target}"}
            told |= {"status": str(answer.status), "body": answer.body.decode()}
            with answers.open("a") as file:
                file.write(json.dumps(told) + "\n")
        trap.spring("answered", f"{method} {target}")
        return answer

    HttpTransport.request = asked  # type: ignore[method-assign]


def _watch_files(trap: Trap) -> None:
    fsync: Callable[[int], None] = os.fsync

    def flushing(file: int) -> None:
        name = Path(f"/proc/self/fd/{file}").readlink().name
        trap.spring("before", f"fsync {name}")
        fsync(file)
        trap.spring("after", f"fsync {name}")

    os.fsync = flushing  # type: ignore[assignment]


def _watch_all(folder: Path) -> None:
    trap = Trap(folder)
    _watch_sqlite(trap)
    _watch_calls(trap)
    _watch_answers(trap, folder / "answers")
    _watch_files(trap)
    if os.environ.get("QRPAY_LEDGER_STORE"):
        _watch_postgres(trap)


if os.environ.get("QRPAY_KILL"):
    try:
        _watch_all(Path(os.environ["QRPAY_KILL"]))
    except BaseException as error:  # noqa: BLE001 (it may be anything)
        # Python only prints what an import like this raises, and would go on without it.
        sys.stderr.write(f"no trap was set: {error!r}\n")
        os._exit(70)
