"""What the ledger is told about an act, and how it is read back after a crash."""

from dataclasses import dataclass
from datetime import date

from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed, Entry, LedgerEntry
from gallra.model.message import Message
from gallra.model.names import as_bytes, as_text
from gallra.model.record import Act, CataloguedRecord
from gallra.model.retention import RetentionSchedule
from gallra.store.packing import packed, unpacked_messages

RESTORE = "restore"
Clear = tuple[tuple[str, str | int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file that is about to be acted upon: what its intent says."""

    act: str
    """``quarantine``, ``destroy``, ``restore``, ``move`` or ``hand-over``."""
    share: str
    path: bytes
    """Where it is, or for a restore where it is to be."""
    file_id: int
    quarantine_id: str
    """Its name in the quarantine directory, too."""
    signature: FileSignature
    """As it was when it was decided upon."""
    class_code: str = ""
    rule_number: int | None = None
    quarantine_inode: int = 0
    """Of the quarantine directory, where it was open when the intent was written."""
    because: tuple[Message, ...] = ()
    destroy_on: date | None = None
    sha256: str | None = None
    intent: int | None = None
    item: CataloguedRecord | None = None
    part: str = ""
    """Which message of the mailbox at ``path``, for an act on one."""
    rewrite: str = ""
    """Names the mailbox's new content while it is made; one for all messages cut at once."""
    after_sha256: str = ""
    """Of the mailbox's new content, or of the file that a message becomes."""
    to_share: str = ""
    to_path: bytes = b""
    """Where the file is to be, for a move."""
    is_folder: bool = False
    """Whether it is about a folder, with nothing of what is in it."""
    from_uid: int = -1
    from_gid: int = -1
    to_uid: int = -1
    to_gid: int = -1
    """Accounts and groups, for a hand-over; -1: none."""
    above: str = ""
    below: str = ""
    """Marks of what stands before and after the message; see :mod:`gallra.dispose.mbox`."""

    def clear(self) -> Clear:
        """Return the clear half: all that is needed to finish, or undo, the act."""
        return (
            ("share", self.share),
            ("path", as_text(self.path)),
            ("file_id", self.file_id),
            ("quarantine_id", self.quarantine_id),
            ("quarantine_inode", self.quarantine_inode),
            ("inode", self.signature.inode),
            ("size_bytes", self.signature.size_bytes),
            ("modified_ns", self.signature.modified_ns),
            ("destroy_on", self.destroy_on.isoformat() if self.destroy_on else None),
            ("sha256", self.sha256),
            ("because", packed(self.because)),
            ("part", self.part or None),
            ("rewrite", self.rewrite or None),
            ("after_sha256", self.after_sha256 or None),
            ("to_share", self.to_share or None),
            ("to_path", as_text(self.to_path) or None),
            ("is_folder", 1 if self.is_folder else None),
            ("from_uid", self.from_uid if self.from_uid >= 0 else None),
            ("from_gid", self.from_gid if self.from_gid >= 0 else None),
            ("to_uid", self.to_uid if self.to_uid >= 0 else None),
            ("to_gid", self.to_gid if self.to_gid >= 0 else None),
            ("above", self.above or None),
            ("below", self.below or None),
        )


def intent_entry(case: Case, schedule: RetentionSchedule, attested: Clear = ()) -> Entry:
    """Return the entry that announces the act; ``attested`` says on whose word it is done."""
    return _entry(case, schedule, Deed.INTENT, attested)


def outcome_entry(  # noqa: PLR0913 - all that an outcome can tell
    case: Case,
    schedule: RetentionSchedule,
    deed: Deed,
    *,
    reason: Message | None = None,
    sha256: str | None = None,
    remains: tuple[Message, ...] = (),
    attested: Clear = (),
) -> Entry:
    """Return the entry that says how the act ended; it tells the whole story by itself."""
    more = (
        ("reason", packed((reason,)) if reason else None),
        ("sha256", sha256),
        ("remains", packed(remains) if remains else None),
        *attested,
    )
    return _entry(case, schedule, deed, more)


def case_of(entry: LedgerEntry) -> Case | None:
    """Return the case that an intent, or its outcome, speaks of.

    ``None`` where its clear half was erased, or is not one of an act on a file.
    """
    clear = dict(entry.entry.clear)
    path, share, name = clear.get("path"), clear.get("share"), clear.get("quarantine_id")
    if not (isinstance(path, str) and isinstance(share, str) and isinstance(name, str)):
        return None
    destroy_on, sha256 = clear.get("destroy_on"), clear.get("sha256")
    return Case(
        act=entry.entry.act,
        share=share,
        path=as_bytes(path),
        file_id=_number(clear.get("file_id")),
        quarantine_id=name,
        signature=FileSignature(
            device=0,
            inode=_number(clear.get("inode")),
            size_bytes=_number(clear.get("size_bytes")),
            modified_ns=_number(clear.get("modified_ns")),
            changed_ns=0,
        ),
        class_code=entry.entry.class_code,
        rule_number=entry.entry.rule_number,
        quarantine_inode=_number(clear.get("quarantine_inode")),
        because=_messages(clear.get("because")),
        destroy_on=date.fromisoformat(destroy_on) if isinstance(destroy_on, str) else None,
        sha256=sha256 if isinstance(sha256, str) else None,
        intent=entry.sequence if entry.entry.deed is Deed.INTENT else entry.entry.intent,
        part=_text(clear.get("part")),
        rewrite=_text(clear.get("rewrite")),
        after_sha256=_text(clear.get("after_sha256")),
        to_share=_text(clear.get("to_share")),
        to_path=as_bytes(_text(clear.get("to_path"))),
        is_folder=bool(clear.get("is_folder")),
        from_uid=_number(clear.get("from_uid"), -1),
        from_gid=_number(clear.get("from_gid"), -1),
        to_uid=_number(clear.get("to_uid"), -1),
        to_gid=_number(clear.get("to_gid"), -1),
        above=_text(clear.get("above")),
        below=_text(clear.get("below")),
    )


def _entry(case: Case, schedule: RetentionSchedule, deed: Deed, more: Clear) -> Entry:
    authorities = [each.authority for each in schedule.classes if each.code == case.class_code]
    return Entry(
        deed=deed,
        act=case.act,
        intent=None if deed is Deed.INTENT else case.intent,
        class_code=case.class_code,
        authority=authorities[0] if authorities else "",
        rules_digest=schedule.digest,
        rule_number=case.rule_number,
        clear=tuple(pair for pair in (*case.clear(), *more) if pair[1] is not None),
    )


def _number(value: object, otherwise: int = 0) -> int:
    return value if isinstance(value, int) else otherwise


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _messages(text: object) -> tuple[Message, ...]:
    return unpacked_messages(text) if isinstance(text, str) else ()


QUARANTINE, DESTROY, MOVE = Act.QUARANTINE.value, Act.DESTROY.value, Act.MOVE.value
HAND_OVER = Act.HAND_OVER.value
