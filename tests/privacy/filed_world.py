"""The small world of the core's tests on a file, with a look at the bytes of everything in it."""

from __future__ import annotations

from pathlib import Path

from ledger.core.notices import notifications
from ledger.core.privacy.purge import purge
from ledger.store import open_store
from tests.core.demo_world import World
from tests.stores.raw import ask

ALL = 1_000


def deliver(world: World) -> None:
    """The merchants take all notifications that wait."""
    with world.store.transaction() as books:
        for row in notifications.lease_due(books, now=world.now, limit=ALL):
            notifications.delivered(books, notification_ids=[row.notification_id])


class FiledWorld(World):
    """A ledger in a folder; ``found`` says which of some texts stand anywhere in its files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(open_store(folder / "books.db"))
        self.folder = folder

    def found(self, *texts: str) -> list[str]:
        """Which of these texts stand in the bytes of any file, free pages and logs included."""
        everything = b"".join(path.read_bytes() for path in sorted(self.folder.iterdir()))
        return [text for text in texts if text.encode() in everything]

    def purge(self) -> dict[str, int]:
        """Forget what is over; how much of what."""
        return purge(self.store, now=self.now)

    def rows(self, sql: str) -> int:
        """Count rows: ``rows("reply WHERE body <> ''")``."""
        return int(str(ask(self.store, f"SELECT count(*) FROM {sql}")[0][0]))  # noqa: S608
