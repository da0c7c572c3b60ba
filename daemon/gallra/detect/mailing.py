"""What a message tells of how it was sent: to whom, as what, and whether a password stands in it.

Addresses leave as keyed digests only. What they say together with the rules is for policy.
"""

import hmac
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from gallra.detect.addresses import (
    address_in,
    domains_of,
    in_letters,
    name_in,
    spellings_of,
    tidied,
    written_in,
)
from gallra.detect.digests import normalised
from gallra.detect.lexicon import alternatives, words
from gallra.detect.marks import subjects_in
from gallra.detect.wording import Screen, Words
from gallra.model.event import MESSAGE_ID, SUBJECT_LINE
from gallra.model.finding import Detection
from gallra.model.mailing import MAIL_DOMAIN, Correspondent, Field, MailFacts
from gallra.model.passage import MessageHeaders, Part, Passage

MOST_RECIPIENTS = 20_000
"""Addresses of one message that are kept."""
_MOST_KNOWN = 2_000
_MOST_HEADED = 20_000
_MOST_TEXT = 60_000
"""Characters of a body that are looked at for what it says of itself."""
_ADDRESS, _NAME = "EMAIL_ADDRESS", "PERSON"
_ADDRESS_LINES = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "attendee", "organizer", "header sender"}
    | {f"header resent-{name}" for name in ("from", "to", "cc", "bcc", "sender")}
)
_BODIES = frozenset({"body", "html body", "signed body", "description"})
_SAYING = _BODIES | {"subject", "summary"}
_SHORTEST = 3

_KEY = alternatives("mailing", "password")
_TOLD = re.compile(
    rf"(?<![\w-])(?:{_KEY})"
    r"(?:\s+(?:till|til|for|för|to|på|i|of|on)\s+[^\n:=.!?]{1,60}?)?"
    r"(?:\s*[:=]\s*|\s+(?:är|er|is|blir|=)\s*:?\s*|\s+)"
    r"[\"'«»“”„`]*(?P<value>\S{3,64})(?P<rest>[^\n.!?]{0,80})",
    re.IGNORECASE,
)
_NO_PASSWORD = words("mailing", "no password")
_QUOTES = "\"'«»“”„`.,;:!?()[]<>*_"
_MASKED = re.compile(r"([*•xX.#_-])\1*")
_SENTENCE = re.compile(r"[.!?]\s|\n\s*\n")


class MailReader:
    """Reads the facts out of messages; none without keys."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys, and compile what is looked for in texts."""
        wanted = (_ADDRESS, _NAME, MAIL_DOMAIN, MESSAGE_ID, SUBJECT_LINE)
        self._keys = {name: keys[name] for name in wanted} if _has_all(keys, wanted) else {}
        self._known_domains: dict[str, tuple[str, ...]] = {}
        self._screen = Screen(
            Words(alternatives("mailing", section)).pattern
            for section in ("password", "seen", "shown")
        )
        self._told_otherwise = Words(alternatives("mailing", "told otherwise"))
        self._invites = Words(alternatives("kinds", "invitation titles"))
        self._notice = tuple(
            Words(alternatives("mailing", section))
            for section in ("seen", "those who take part", "the others")
        )
        self._not = Words(alternatives("mailing", "not"))

    def facts(self, part: Part, detection: Detection) -> MailFacts | None:
        """Return the facts of a message that is a record, or of a calendar file; else ``None``."""
        if not self._keys:
            return None
        if part.kind == "ics":
            return self._of_calendar(part, detection)
        if part.message is None or "!" in part.address:
            return None
        return self._of_message(part, part.message, detection)

    def _of_message(self, part: Part, headers: MessageHeaders, detection: Detection) -> MailFacts:
        is_meeting = headers.is_meeting or part.kind == "appointment"
        recipients, is_cut = self._recipients(
            (Field.ATTENDEE if is_meeting and field.is_open else field, text)
            for field, text in written_in(headers)
        )
        headed, named = _headed(part, detection)
        said = self._said(part, headers.subject or "")
        return MailFacts(
            message_id=self._digest(MESSAGE_ID, headers.message_id.strip())
            if headers.message_id and headers.message_id.strip("<> \t")
            else None,
            references=tuple(self._digest(MESSAGE_ID, each) for each in headers.references),
            topics=tuple(
                self._digest(SUBJECT_LINE, each) for each in subjects_in(headers.subject or "")
            ),
            sent_at=headers.sent_at,
            sender=self._correspondent(Field.TO, headers.sender or ""),
            resender=self._correspondent(Field.TO, headers.resent_from or ""),
            recipients=recipients,
            is_cut=is_cut,
            is_invitation=said.is_invitation
            or is_meeting
            or any(each.kind == "invitation" for each in detection.subjects),
            has_notice=said.has_notice,
            shows_participants=said.shows_participants,
            states_password=said.states_password,
            headed=headed,
            named=named,
        )

    def _of_calendar(self, part: Part, detection: Detection) -> MailFacts | None:
        attendees = [
            (Field.ATTENDEE, each.text.rpartition("\t")[2])
            for each in part.passages
            if each.where == "attendee"
        ]
        organizer = next((each.text for each in part.passages if each.where == "organizer"), "")
        if not attendees:
            return None
        recipients, is_cut = self._recipients(attendees)
        headed, named = _headed(part, detection)
        said = self._said(part, "")
        return MailFacts(
            sender=self._correspondent(Field.TO, organizer.rpartition("\t")[2]),
            recipients=recipients,
            is_cut=is_cut,
            is_invitation=True,
            has_notice=said.has_notice,
            shows_participants=said.shows_participants,
            states_password=said.states_password,
            headed=headed,
            named=named,
        )

    def _recipients(
        self, written: Iterable[tuple[Field, str]]
    ) -> tuple[tuple[Correspondent, ...], bool]:
        """Return each address once in each field, as many as are kept."""
        found: dict[tuple[Field, str], Correspondent] = {}
        for field, text in written:
            if len(found) >= MOST_RECIPIENTS:
                return tuple(found.values()), True
            each = self._correspondent(field, text)
            if each is not None:
                found.setdefault((field, each.address), each)
        return tuple(found.values()), False

    def _correspondent(self, field: Field, text: str) -> Correspondent | None:
        address = address_in(text)
        if address is None:
            name = name_in(text)
            return Correspondent(field=field, address=self.digest_of_name(name)) if name else None
        first, *others = spellings_of(address)
        return Correspondent(
            field=field,
            address=self._digest(_ADDRESS, first),
            also=tuple(self._digest(_ADDRESS, each) for each in others),
            domains=self._domains(first.rpartition("@")[2]),
        )

    def _domains(self, domain: str) -> tuple[str, ...]:
        """Return the digests of a domain and those above it; most mail goes to the same few."""
        known = self._known_domains.get(domain)
        if known is None:
            if len(self._known_domains) >= _MOST_KNOWN:
                self._known_domains.clear()
            known = tuple(self._digest(MAIL_DOMAIN, each) for each in domains_of(domain))
            self._known_domains[domain] = known
        return known

    def digests_of(self, address: str) -> tuple[str, ...]:
        """Return every digest of an address that a person wrote; none where it is no address."""
        found = self._correspondent(Field.TO, address)
        return found.digests if found else ()

    def digest_of(self, address: str) -> str:
        """Return the digest of an address in its one form, or of a name in its place."""
        return self._digest(_ADDRESS, address) if "@" in address else self.digest_of_name(address)

    def digest_of_name(self, name: str) -> str:
        """Return the digest of a person's name, as detection makes it."""
        return self._digest(_NAME, normalised(_NAME, name))

    def domain(self, name: str) -> str:
        """Return the digest of a domain that a person wrote."""
        return self._digest(MAIL_DOMAIN, in_letters(tidied(name)))

    def topic(self, text: str) -> str:
        """Return the digest of a subject, or a piece of one, that a person wrote."""
        return self._digest(SUBJECT_LINE, next(iter(subjects_in(text)), ""))

    def _digest(self, name: str, value: str) -> str:
        code = hmac.digest(self._keys[name], value.encode("utf-8", "replace"), "sha256")
        return code[:16].hex()

    def _said(self, part: Part, subject: str) -> "_Said":
        """Tell what the text says of itself."""
        bodies = [each for each in part.passages if each.where in _SAYING]
        text = "\n\n".join(_shortened(each) for each in bodies)
        occurring = self._screen.occurring(text.encode("utf-8", "replace"))
        return _Said(
            is_invitation=bool(subject) and self._invites.search(subject) is not None,
            states_password=_PASSWORD in occurring and self._states_password(text),
            has_notice=_SEEN in occurring and self._has_notice(text),
            shows_participants=_SHOWN in occurring,
        )

    def _states_password(self, text: str) -> bool:
        for match in _TOLD.finditer(text):
            value = match["value"].strip(_QUOTES)
            if len(value) < _SHORTEST or value.casefold() in _NO_PASSWORD or "//" in value:
                continue
            if _MASKED.fullmatch(value) is not None:
                continue
            if self._told_otherwise.search(f"{value} {match['rest']}") is not None:
                continue
            if _is_said_to_be(match[0]) or _looks_made_up(value):
                return True
        return False

    def _has_notice(self, text: str) -> bool:
        return any(
            all(each.search(sentence) is not None for each in self._notice)
            and self._not.search(sentence) is None
            for sentence in _SENTENCE.split(text)
        )


_PASSWORD, _SEEN, _SHOWN = range(3)


class _Said:
    """What a text says of itself."""

    __slots__ = ("has_notice", "is_invitation", "shows_participants", "states_password")

    def __init__(
        self,
        *,
        is_invitation: bool,
        states_password: bool,
        has_notice: bool,
        shows_participants: bool,
    ) -> None:
        self.is_invitation = is_invitation
        self.states_password = states_password
        self.has_notice = has_notice
        self.shows_participants = shows_participants


def _has_all(keys: Mapping[str, bytes], wanted: Iterable[str]) -> bool:
    return all(name in keys for name in wanted)


def _shortened(passage: Passage) -> str:
    return passage.text[:_MOST_TEXT]


def _is_said_to_be(told: str) -> bool:
    """Tell whether a sentence gives the password, and does not only speak of it."""
    return re.search(r"[:=]|\s(?:är|er|is|blir)\s", told) is not None and not _is_code(told)


def _is_code(told: str) -> bool:
    return re.match(r"(?:[a-zåäöæø]+-?)?kod", told, re.IGNORECASE) is not None


def _looks_made_up(value: str) -> bool:
    """Tell whether a word is none of a language: figures or signs in it, capitals within."""
    return (
        any(each.isdigit() for each in value)
        or any(not each.isalnum() and each not in "-/" for each in value)
        or any(each.isupper() for each in value[1:])
    ) and not value.lower().startswith(("http", "www.", "//"))


def _headed(part: Part, detection: Detection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the values that occur in the address lines alone, and those both there and below."""
    bounds: list[int] = []
    is_head: list[bool] = []
    position = 0
    for passage in part.passages:
        head = passage.where in _ADDRESS_LINES
        if not is_head or is_head[-1] is not head:
            bounds.append(position)
            is_head.append(head)
        position += len(passage.text) + 1
    found: tuple[set[str], set[str]] = set(), set()
    for finding in detection.findings:
        if finding.digest:
            found[is_head[bisect_right(bounds, finding.start) - 1]].add(finding.digest)
    elsewhere, heads = found
    alone, both = sorted(heads - elsewhere), sorted(heads & elsewhere)
    return tuple(alone[:_MOST_HEADED]), tuple(both[:_MOST_HEADED])
