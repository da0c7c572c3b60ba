"""Compare the notes that the catalogue knows with what lies there, and what is to lie there."""

import os
from collections.abc import Iterable
from dataclasses import replace

from gallra.dispose.capture import AstrayError, require_lease
from gallra.dispose.disk import signature_from
from gallra.dispose.note_recovery import GONE, is_file_of, settled_note
from gallra.dispose.note_states import Change, Leaving, Wanted
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.model.message import said
from gallra.store.folder_notes import FolderNote, NoteFile, note_file


def look_at(leaving: Leaving, note: FolderNote, coming: dict[bytes, Wanted]) -> None:
    """Find out what is to be done about a folder that is known to have had a note.

    Of ``coming`` is taken out what needs no new note.
    """
    catalogue = leaving.means.catalogue
    try:
        if note.object_name:
            settled = settled_note(leaving.means, leaving.places, leaving.place, note)
            keep(leaving, note, settled)
            if settled is None:
                return
            note = settled
        folder = leaving.places.folder(leaving.place, note.path)
        descriptor = None if note.lying is None else _opened(leaving, folder, note.lying)
    except AstrayError:
        coming.pop(note.path, None)
    except OSError as error:
        coming.pop(note.path, None)
        if error.errno in GONE and not note.object_name:
            catalogue.drop_folder_note(note.share, note.path)  # it went with its folder
        else:
            leaving.complain(from_errno(error))
    else:
        if descriptor is None or note.lying is None:
            _without(leaving, note, coming)
        else:
            _with(
                leaving, note, note.lying, Change(note=note, folder=folder, old=descriptor), coming
            )


def keep(leaving: Leaving, before: FolderNote, after: FolderNote | None) -> None:
    """Tell the catalogue what is known of a note now."""
    if after is None:
        leaving.means.catalogue.drop_folder_note(before.share, before.path)
    else:
        leaving.means.catalogue.put_folder_note(after)


def _with(
    leaving: Leaving,
    note: FolderNote,
    lying: NoteFile,
    change: Change,
    coming: dict[bytes, Wanted],
) -> None:
    """Go on where a note of ours lies: it stays, goes, or gives its place to another."""
    means, wanted = leaving.means, coming.get(note.path)
    found = signature_from(os.fstat(change.old))
    same = note_file(lying.name, lying.sha256, note.told_at, found)
    if same != lying:  # its attributes were changed: it is ours still
        note = change.note = replace(note, lying=same)
        means.catalogue.put_folder_note(note)
        means.catalogue.mark_dirty(note.share, [note.path], means.clock())
    is_same_name = wanted is not None and same.name in wanted.names()
    try:
        if wanted is not None and is_same_name:
            coming.pop(note.path, None)
            if wanted.sha256 == same.sha256:
                change.close()
                return
            told_at = max(note.told_at, wanted.newest_at)
            next_ = NoteFile(name=same.name, sha256=wanted.sha256, told_at=told_at)
            change.note = replace(note, coming=next_)
            change.content = wanted.content
        change.has_lease = require_lease(means.disk, change.old)
    except CalledOffError:
        coming.pop(note.path, None)  # somebody reads it: later
        change.close()
    else:
        leaving.changes.append(change)


def _without(leaving: Leaving, note: FolderNote, coming: dict[bytes, Wanted]) -> None:
    """Go on where no note of ours lies: a person took it away, or made it a file of theirs."""
    catalogue, wanted = leaving.means.catalogue, coming.get(note.path)
    if wanted is None:
        catalogue.drop_folder_note(note.share, note.path)
    elif note.lying is not None:
        catalogue.put_folder_note(replace(note, lying=None))
    if note.lying is not None:
        catalogue.mark_dirty(note.share, [note.path], leaving.means.clock())
    if wanted is not None and wanted.newest_at <= note.told_at:
        coming.pop(note.path, None)


def _opened(leaving: Leaving, folder: int, file: NoteFile) -> int | None:
    """Open the note that lies in a folder; ``None`` where what lies there is not ours."""
    try:
        descriptor = leaving.means.disk.open_file(folder, file.name)
    except OSError as error:
        if error.errno in GONE:
            return None
        raise
    try:
        if is_file_of(leaving.means.disk, descriptor, file):
            return descriptor
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def begin(leaving: Leaving, coming: Iterable[Wanted]) -> None:
    """Find a name for the note of each folder that has none as yet."""
    replaced = {change.note.path for change in leaving.changes}
    for wanted in coming:
        if wanted.path in replaced:
            continue  # the one with another name goes first; the next time this one comes
        try:
            folder = leaving.places.folder(leaving.place, wanted.path)
            name = _free_name(leaving, folder, wanted)
        except OSError as error:
            if error.errno not in GONE:
                leaving.complain(from_errno(error))
            continue
        if name is None:
            leaving.complain(said("all names that it could have are taken"))
            continue
        next_ = NoteFile(name=name, sha256=wanted.sha256, told_at=wanted.newest_at)
        note = FolderNote(
            share=leaving.place.share.name,
            path=wanted.path,
            lying=None,
            told_at=wanted.newest_at,
            coming=next_,
        )
        leaving.changes.append(Change(note=note, folder=folder, content=wanted.content))


def _free_name(leaving: Leaving, folder: int, wanted: Wanted) -> bytes | None:
    for name in wanted.names():
        try:
            leaving.means.disk.status(folder, name)
        except FileNotFoundError:
            return name
    return None
