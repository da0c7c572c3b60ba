"""What every part of the catalogue stands on: the database and the shares' keys."""

import contextlib
from collections.abc import Generator

from gallra.model.errors import GallraError
from gallra.model.message import said
from gallra.store.database import Database


class Shelf:
    """One part of the catalogue. Shares are known by name outside and by number inside."""

    def __init__(self, database: Database) -> None:
        """Stand on ``database``, which must be open."""
        self.database = database
        self._share_ids: dict[str, int] = {}

    @contextlib.contextmanager
    def snapshot(self) -> Generator[None]:
        """All that is read inside is of one moment, whatever others write meanwhile."""
        if self.database.connection.in_transaction:
            yield
            return
        self.database.run("BEGIN")
        try:
            yield
        finally:
            self.database.connection.rollback()

    def share_id(self, name: str) -> int:
        """Return the number of a share.

        Raises:
            GallraError: The share was never remembered in this catalogue.
        """
        known = self._share_ids.get(name)
        if known is not None:
            return known
        found = self.database.row("SELECT share_id FROM share WHERE name = ?", (name,))
        if found is None:
            raise GallraError(
                said("the catalogue knows no share {share}: run gallra scan first", share=name)
            )
        self._share_ids[name] = int(found[0])
        return int(found[0])


def joined(directory: bytes, name: bytes) -> bytes:
    """Return the path of ``name`` in ``directory``, where ``b""`` is the share's root."""
    return directory + b"/" + name if directory else name


def parted(path: bytes) -> tuple[bytes, bytes]:
    """Return the directory and the name that :func:`joined` made ``path`` from."""
    directory, _, name = path.rpartition(b"/")
    return directory, name
