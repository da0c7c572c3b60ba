"""The common currency of the duties: something is not as it should be, and a person must look."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gallra.model.message import Message


class FindingKind(StrEnum):
    """What is not as it should be. What each is called for people stands in report/findings."""

    OPEN_RECIPIENTS = "open-recipients"
    """Members or private addresses could see each other in a mailing."""
    OPEN_ATTENDEES = "open-attendees"
    """Likewise in an invitation of a calendar."""
    MISSING_NOTICE = "missing-notice"
    """An invitation where participants will see each other does not say so."""
    THIRD_PARTY_DISCLOSURE = "third-party-disclosure"
    """Members' data were sent to somebody outside."""
    NO_CONSENT = "no-consent"
    """It was passed on who is a member, with no consent on record."""
    UNENCRYPTED_ATTACHMENT = "unencrypted-attachment"
    WEAK_ENCRYPTION = "weak-encryption"
    PASSWORD_BY_MAIL = "password-by-mail"  # noqa: S105 - what was found, no password
    """The password went to the receivers of what it opens."""
    CASE_IN_COMMON_AREA = "case-in-common-area"
    READABLE_BY_OTHERS = "readable-by-others"
    """Of a case document, by more than its handler."""
    NO_DECLARATION = "no-declaration"
    """Members' data can be read by somebody who declared no confidentiality."""
    UNION_MAIL_OUTSIDE = "union-mail-outside"
    """Union mail lies outside the folders that are declared for it."""
    REGISTER_UNWASHED = "register-unwashed"
    AUDIT_OVERDUE = "audit-overdue"
    REQUEST_LATE = "request-late"


class Gravity(StrEnum):
    """How much it matters, the least first."""

    MINOR = "minor"
    """It should be put right when there is time."""
    SERIOUS = "serious"
    """The routine is broken."""
    GRAVE = "grave"
    """Somebody's special-category data were, or can be, seen by who must not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a person must look at.

    Texts here are kept in the club's own register alone: names may stand in ``what``, ``exposed``
    and ``exposed_to``, and leave the machine with none of them.
    """

    kind: FindingKind
    gravity: Gravity
    clause: str
    """Which clause it is against: ``U1``, ``F10``."""
    share: str = ""
    """``""`` where it is about no file."""
    path: bytes = b""
    part: str = ""
    key: str
    """Which one it is among those of its kind. The same thing has the same key whenever it is
    looked for, and another key once it is another matter: a new version, other readers."""
    title: str = ""
    """What a message is about, as its subject says; kept like the names below."""
    what: Message
    """What was found, in one sentence; no message that depends on a count's form."""
    advice: Message
    """What to do about it, in one sentence."""
    exposed: tuple[str, ...] = ()
    """Whose data: names or addresses as they were written."""
    exposed_to: tuple[str, ...] = ()
    """Who could see them."""
    person_count: int = 0
    """About how many persons; 0 where each line of ``exposed`` is a person of their own."""
    categories: tuple[str, ...] = ()
    """What sorts of data: entities and special categories."""
    happened_at: datetime | None = None
    """When it came about, if that is known: a message's date. Aware."""
    is_breach: bool = False
    """Whether personal data got out: it opens an incident, and its clock runs."""

    @property
    def persons_count(self) -> int:
        """About how many persons are concerned."""
        return self.person_count or len(self.exposed)
