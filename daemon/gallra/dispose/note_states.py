"""What is to become of the notes in a share's folders, while it is being found out and done."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gallra.dispose.means import Means
from gallra.dispose.places import Place, Places
from gallra.model.message import Message, said
from gallra.store.folder_notes import FolderNote

_MOST_NAMES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The note that is to lie in a folder."""

    path: bytes
    """The folder, relative to the share."""
    stem: str
    """What it is called, without ``.txt`` and without a number."""
    content: bytes
    newest_at: datetime
    """The last taking that it tells of."""

    @property
    def sha256(self) -> str:
        """The digest of its content, hex."""
        return sha256(self.content).hexdigest()

    def names(self) -> list[bytes]:
        """Return what it may be called, the best first."""
        numbered = (f"{self.stem} ({number}).txt" for number in range(2, _MOST_NAMES + 1))
        return [name.encode("utf-8") for name in (f"{self.stem}.txt", *numbered)]


@dataclass(slots=True, kw_only=True)
class Change:
    """A note that comes, goes, or gives its place to another."""

    note: FolderNote
    folder: int
    content: bytes | None = None
    """``None``: it goes."""
    old: int = -1
    """Descriptor of the one that lies there."""
    has_lease: bool = False
    after: FolderNote | None = None
    """What is known of it in the end; ``None``: nothing."""

    @property
    def object_name(self) -> bytes:
        """Return what it is called while it waits."""
        return self.note.object_name.encode("ascii")

    def close(self) -> None:
        """Let go of the one that lies there."""
        if self.old >= 0:
            os.close(self.old)
            self.old = -1


@dataclass(slots=True, kw_only=True)
class Leaving:
    """One share's notes, being brought to what they should be."""

    means: Means
    places: Places
    place: Place
    complaints: dict[str, Message] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def complain(self, reason: Message) -> None:
        """Note, once for each reason, that a note is not what it should be."""
        message = said(
            "share {share}: a note could not be left, changed or taken away in a folder; what was"
            " taken is in quarantine all the same: {why}",
            share=self.place.share.name,
            why=reason.in_english(),
        )
        self.complaints[message.in_english()] = message
