"""What PostgreSQL says, in our words.

The codes are those of its manual, appendix A ("PostgreSQL Error Codes"); psycopg has a class each.
The database's own sentence may repeat what a row holds, so only its first line is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import (
    InvariantBroken,
    ServiceUnavailable,
    StorageFailed,
    StorageFull,
    StoreDamaged,
)

Named = Callable[[str], QrpayError]

_NAMES: Final[Sequence[tuple[tuple[type[psycopg.Error], ...], Named]]] = (
    (
        (errors.InFailedSqlTransaction,),
        lambda _: InvariantBroken("the transaction was already undone by an earlier error in it"),
    ),
    (
        (psycopg.IntegrityError, psycopg.DataError),
        lambda said: InvariantBroken(f"the store refused: {said}"),
    ),
    (
        # Whoever opened the books for reading does not get this far (``PostgresTables``).
        (errors.ReadOnlySqlTransaction,),
        lambda _: ServiceUnavailable("the server that answers does not lead its cluster any more"),
    ),
    (
        (
            errors.SerializationFailure,
            errors.DeadlockDetected,
            errors.LockNotAvailable,
            errors.QueryCanceled,
            errors.TooManyConnections,
        ),
        lambda said: ServiceUnavailable(f"the store is busy: {said}"),
    ),
    ((errors.DiskFull,), lambda _: StorageFull()),
    ((errors.IoError,), StorageFailed),
    ((errors.DataCorrupted, errors.IndexCorrupted), StoreDamaged),
    (
        (psycopg.OperationalError, psycopg.InterfaceError),
        lambda said: ServiceUnavailable(f"the database does not answer: {said}"),
    ),
)
"""From the special to the general; what is not named here is a mistake of this program."""


@contextmanager
def our_errors() -> Iterator[None]:
    """Raise what happens inside as the error that is named after it.

    ``InvariantBroken`` where a constraint or a trigger spoke, ``StorageFull``, ``StorageFailed``,
    ``StoreDamaged``, and ``ServiceUnavailable`` for what may be tried again: nothing was kept then.
    """
    try:
        yield
    except psycopg.Error as error:
        said = error.diag.message_primary or str(error).partition("\n")[0]
        for kinds, named in _NAMES:
            if isinstance(error, kinds):
                raise named(said) from error
        raise
