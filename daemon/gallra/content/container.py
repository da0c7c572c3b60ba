"""What archives of all formats have in common: how what is inside becomes parts and an end."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gallra.content.kinds import extension_of
from gallra.content.place import Place, RefusedError
from gallra.content.source import MemorySource
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

OFFICE_EXTENSIONS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "dotm": "docx",
    "xlsx": "xlsx", "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx", "xlsb": "xlsb",
    "pptx": "pptx", "pptm": "pptx", "ppsx": "pptx", "ppsm": "pptx", "potx": "pptx", "potm": "pptx",
    "odt": "odt", "ods": "ods", "odp": "odp", "odg": "odg", "epub": "epub",
    "ott": "odt", "odm": "odt", "ots": "ods", "otp": "odp", "otg": "odg",
}  # fmt: skip
"""What office files that are zip files inside are called."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of an archive's members. Changes while reading."""

    place: Place
    kind: str
    member_count: int = 0
    unread_count: int = 0
    first: RefusedError | None = None
    final: RefusedError | None = None
    encrypted: str | None = None
    shortfalls: list[Message] = field(default_factory=list)
    """Of the archive as a whole."""
    passages: tuple[Passage, ...] = ()
    """What the archive itself says: its comments."""

    def refuse(self, inner: Place, kind: str, refusal: RefusedError) -> Part:
        """Count a member that is not unpacked, and return its part."""
        refusal.forget()
        self.unread_count += 1
        self.first = self.first or refusal
        self.encrypted = self.encrypted or refusal.encrypted
        if refusal.is_final:
            self.final = refusal
        return Part(
            address=inner.address,
            kind=kind,
            outcome=refusal.outcome,
            reason=refusal.reason,
            encrypted=refusal.encrypted,
        )

    def part(self) -> Part:
        """Return the archive's own part: it speaks of the unpacking only."""
        outcome, reason = Outcome.READ, None
        if self.first is not None:
            if self.unread_count == self.member_count:
                outcome, reason = self.first.outcome, self.first.reason
            else:
                outcome = Outcome.READ_IN_PART
                reason = said(
                    "{count} of its {total} members were not unpacked",
                    count=self.unread_count,
                    total=self.member_count,
                )
            reason = self.final.reason if self.final else reason
        if self.shortfalls and (outcome is Outcome.READ or self.final is None):
            outcome = Outcome.READ_IN_PART if outcome is Outcome.READ else outcome
            reason = self.shortfalls[0]
        return Part(
            address=self.place.address,
            kind=self.kind,
            outcome=outcome,
            reason=reason,
            encrypted=self.encrypted,
            passages=self.passages,
        )


def kind_of_name(name: str) -> str:
    """Return the best guess at a kind that only a name tells."""
    extension = extension_of(name)
    return OFFICE_EXTENSIONS.get(extension, extension if extension.isalnum() else "binary")


def cut_short(place: Place, content: bytes, reason: Message) -> Iterator[Part]:
    """Read what there is of something that is not whole: none of it is read in full."""
    for part in place.follow(place, MemorySource(content)):
        if part.outcome is Outcome.READ:
            yield replace(part, outcome=Outcome.READ_IN_PART, reason=reason)
        else:
            yield part
