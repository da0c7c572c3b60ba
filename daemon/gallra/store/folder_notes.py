"""The notes that gallra put into people's folders: which file is ours, and which is to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gallra.model.arrival import FileSignature
from gallra.store.database import Row
from gallra.store.packing import (
    packed_instant,
    packed_ns,
    signed,
    unpacked_day,
    unpacked_instant,
    unpacked_ns,
    unsigned,
)
from gallra.store.shelf import Shelf

_COLUMNS = (
    "share.name, path, folder_note.name, inode, size_bytes, mtime_ns, ctime_ns, sha256, told_us,"
    " object, next_name, next_inode, next_size_bytes, next_mtime_ns, next_sha256, next_told_us"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFile:
    """One file of ours, told from all others by inode and content, never by its name."""

    name: bytes
    sha256: str
    told_at: datetime
    """The last taking that it tells of."""
    inode: int | None = None
    """``None`` before there is a file."""
    size_bytes: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    """0 before it lies where it belongs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNote:
    """What is known of the note in one folder."""

    share: str
    path: bytes
    """The folder, relative to the share; ``b""`` is its root."""
    lying: NoteFile | None
    """The one that lies there; ``None`` where a person took it away, or made it their own."""
    told_at: datetime
    """The last taking that any note there told of."""
    object_name: str = ""
    """While it is being changed: the name, among the quarantine's, of what comes or goes."""
    coming: NoteFile | None = None
    """The one that is to lie there; ``None`` while one is taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something in quarantine, as a note tells of it."""

    path: bytes
    part: str
    object_name: str
    class_code: str
    destroy_on: date | None
    quarantined_at: datetime


class FolderNotes(Shelf):
    """The catalogue's part that keeps gallra's own files apart from people's."""

    def folder_notes(self, share: str) -> list[FolderNote]:
        """Return every note of a share, in the order of its folders."""
        rows = self.database.rows(
            f"SELECT {_COLUMNS} FROM folder_note JOIN share USING (share_id)"  # noqa: S608 - constants
            " WHERE share_id = ? ORDER BY path",
            (self.share_id(share),),
        )
        return [_note(row) for row in rows]

    def put_folder_note(self, note: FolderNote) -> None:
        """Keep what is known of one folder's note, in the place of what was."""
        lying, coming = note.lying, note.coming
        self.database.run(
            "REPLACE INTO folder_note (share_id, path, name, inode, size_bytes, mtime_ns, ctime_ns,"
            " sha256, told_us, object, next_name, next_inode, next_size_bytes, next_mtime_ns,"
            " next_sha256, next_told_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.share_id(note.share), note.path,
                lying.name if lying else b"",
                *((None,) * 4 if lying is None else _figures(lying)),
                lying and lying.sha256, packed_instant(note.told_at), note.object_name or None,
                coming and coming.name,
                *((None,) * 3 if coming is None else _figures(coming)[:3]),
                coming and coming.sha256, coming and packed_instant(coming.told_at),
            ),
        )  # fmt: skip

    def drop_folder_note(self, share: str, path: bytes) -> None:
        """Forget the note of one folder."""
        self.database.run(
            "DELETE FROM folder_note WHERE share_id = ? AND path = ?", (self.share_id(share), path)
        )

    def taken_from(self, share: str) -> Iterator[Taken]:
        """Yield what of a share lies in quarantine, in the order of paths, with flat memory."""
        for row in self.database.streamed(
            "SELECT path, (SELECT min(record.part) FROM record WHERE record.file_id ="
            " quarantine.file_id), object_name, class, destroy_on, quarantined_us FROM quarantine"
            " WHERE share_id = ? AND state = 'quarantined' ORDER BY path, destroy_on",
            (self.share_id(share),),
        ):
            path, part, object_name, class_code, destroy_on, quarantined_us = row
            yield Taken(
                path=path,
                part=part or "",
                object_name=object_name,
                class_code=class_code,
                destroy_on=unpacked_day(destroy_on),
                quarantined_at=unpacked_instant(quarantined_us),
            )


def note_file(name: bytes, sha256: str, told_at: datetime, signature: FileSignature) -> NoteFile:
    """Return the note that lies somewhere as ``signature`` tells."""
    return NoteFile(
        name=name,
        sha256=sha256,
        told_at=told_at,
        inode=signature.inode,
        size_bytes=signature.size_bytes,
        modified_ns=signature.modified_ns,
        changed_ns=signature.changed_ns,
    )


def _figures(file: NoteFile) -> tuple[int | None, int | None, int | None, int | None]:
    if file.inode is None:
        return None, None, None, None
    times = packed_ns(file.modified_ns), packed_ns(file.changed_ns)
    return signed(file.inode), file.size_bytes, *times


def _note(row: Row) -> FolderNote:
    share, path, name, inode, size_bytes, mtime_ns, ctime_ns, sha256, told_us = row[:9]
    told_at = unpacked_instant(told_us)
    lying = coming = None
    if inode is not None:
        lying = NoteFile(
            name=name,
            sha256=sha256,
            told_at=told_at,
            inode=unsigned(inode),
            size_bytes=size_bytes,
            modified_ns=unpacked_ns(mtime_ns),
            changed_ns=unpacked_ns(ctime_ns),
        )
    object_name, next_name, next_inode, next_size, next_mtime, next_sha256, next_told = row[9:]
    if next_name is not None:
        coming = NoteFile(
            name=next_name,
            sha256=next_sha256,
            told_at=unpacked_instant(next_told),
            inode=None if next_inode is None else unsigned(next_inode),
            size_bytes=next_size or 0,
            modified_ns=unpacked_ns(next_mtime) if next_mtime is not None else 0,
        )
    return FolderNote(
        share=share,
        path=path,
        lying=lying,
        told_at=told_at,
        object_name=object_name or "",
        coming=coming,
    )
