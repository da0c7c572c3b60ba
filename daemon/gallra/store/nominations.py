"""From digests of what belongs to a person to the records in which one of them occurs.

And what no digest can lead to: files that are called after somebody, files that were not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from gallra.model.finding import ValueDigest
from gallra.model.message import Message
from gallra.store.database import understood
from gallra.store.packing import unpacked_messages
from gallra.store.shelf import Shelf, joined

_AT_ONCE = 400
_PATH = "directory.path, file.name, file.old_path, file.state"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file that is present or lies in quarantine."""

    file_id: int
    share: str
    path: bytes
    """Relative to the share; where it was, for one in quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something that was not read, or not in full."""

    file: KnownFile
    part: str
    outcome: str
    """Of :class:`gallra.model.passage.Outcome`; ``""``: nobody has tried yet."""
    reason: Message | None
    is_encrypted: bool


class Nominations(Shelf):
    """Looks up many digests at once; each is found by the index, however many records there are."""

    def nominated(self, values: Iterable[ValueDigest]) -> dict[int, frozenset[ValueDigest]]:
        """Return the present and quarantined records in which any of ``values`` occurs.

        Returns:
            By the record's number, which of them.
        """
        found: dict[int, set[ValueDigest]] = {}
        remaining = iter(values)
        while batch := tuple(islice(remaining, _AT_ONCE)):
            wanted = {(bytes.fromhex(each.digest), each.entity): each for each in batch}
            marks = ", ".join(["?"] * len(batch))
            for number, digest, entity in self.database.rows(
                "SELECT value_digest.record_id, digest, entity FROM value_digest"  # noqa: S608 - question marks
                " JOIN record USING (record_id)"
                f" WHERE digest IN ({marks}) AND record.state IN ('present', 'quarantined')",
                tuple(digest for digest, _ in wanted),
            ):
                value = wanted.get((bytes(digest), str(entity)))
                if value is not None:
                    found.setdefault(int(number), set()).add(value)
        return {number: frozenset(each) for number, each in found.items()}

    def files_by_name(self) -> Iterator[KnownFile]:
        """Yield every file that is present or lies in quarantine, with flat memory."""
        for row in self.database.streamed(
            f"SELECT file.file_id, share.name, {_PATH} FROM file"  # noqa: S608 - constants
            " JOIN share USING (share_id) LEFT JOIN directory USING (directory_id)"
            " WHERE file.state IN ('present', 'quarantined')"
        ):
            yield _file(*row)

    def unread(self) -> Iterator[Unread]:
        """Yield what of these was not read in full, part by part, or not in this version."""
        for file_id, share, directory, name, old_path, state, *rest in self.database.streamed(
            f"SELECT file.file_id, share.name, {_PATH}, part, unread_part.outcome,"  # noqa: S608 - constants
            " unread_part.reason, encrypted FROM unread_part JOIN file USING (file_id)"
            " JOIN share USING (share_id) LEFT JOIN directory USING (directory_id)"
            " WHERE file.state IN ('present', 'quarantined')"
        ):
            yield _unread(_file(file_id, share, directory, name, old_path, state), *rest)
        for row in self.database.streamed(
            f"SELECT file.file_id, share.name, {_PATH} FROM file"  # noqa: S608 - constants
            " JOIN share USING (share_id) LEFT JOIN directory USING (directory_id)"
            " WHERE file.state = 'present' AND file.pending = 1"
        ):
            yield Unread(file=_file(*row), part="", outcome="", reason=None, is_encrypted=False)


@understood
def _file(  # noqa: PLR0913, PLR0917 - the columns of a row
    file_id: int, share: str, directory: bytes, name: bytes, old_path: bytes | None, state: str
) -> KnownFile:
    path = old_path if old_path is not None and state != "present" else joined(directory, name)
    return KnownFile(file_id=file_id, share=share, path=path)


@understood
def _unread(
    file: KnownFile, part: str, outcome: str, reason: str | None, encrypted: str | None
) -> Unread:
    return Unread(
        file=file,
        part=part,
        outcome=outcome,
        reason=next(iter(unpacked_messages(reason)), None),
        is_encrypted=encrypted is not None,
    )
