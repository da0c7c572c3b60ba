"""The letter that answers a request: what Art. 15(1) and F18 name, filled from the rules.

The same blocks become text for a printer and HTML for a mail. What the rules do not know is not
made up: it is said in general words, and whoever sends the letter reads it first.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from gallra.model.access import FoundRecord, Request, RequestKind
from gallra.model.message import Message, said
from gallra.model.retention import RetentionClass, RetentionSchedule
from gallra.report.counting import counted
from gallra.report.language import Say, in_language
from gallra.report.letters import Block, Shape
from gallra.report.processing import CATEGORIES

_NORWAY: Final = "Europe/Oslo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record that stays although its erasure was asked for, and why."""

    found: FoundRecord
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter is made of."""

    reference: str
    request: Request
    schedule: RetentionSchedule
    on: date
    zone: tzinfo
    kept: tuple[Kept, ...] = ()
    """For an erasure: what is not erased."""
    going: tuple[FoundRecord, ...] = ()
    """For an erasure: what is."""


def blocks(letter: Letter, say: Say) -> tuple[Block, ...]:
    """Return the letter in its language; ``say`` speaks that.

    Source: GDPR Art. 12(1), 15(1) and (2), 16, 17, 19; F18.
    """
    return tuple(_Writer(letter, say).written())


class _Writer:
    def __init__(self, letter: Letter, say: Say) -> None:
        self._letter = letter
        self._request = letter.request
        self._schedule = letter.schedule
        self._say = say
        self._theirs = letter.request.theirs
        codes = Counter(each.class_code for each in self._theirs)
        known = {each.code: each for each in letter.schedule.classes}
        self._classes = tuple(known[code] for code in sorted(codes) if code in known)
        self._counts = codes
        self._unruled = sum(count for code, count in codes.items() if code not in known)

    def written(self) -> Iterator[Block]:
        yield from self._head()
        match self._request.kind:
            case RequestKind.ERASURE:
                yield from self._erasure()
            case RequestKind.RECTIFICATION:
                yield from self._correction()
            case _:
                yield from self._access()
        yield from self._rights()
        yield from self._foot()

    def _head(self) -> Iterator[Block]:
        titles = {
            RequestKind.ACCESS: said("Answer to your request for access"),
            RequestKind.ERASURE: said("Answer to your request for erasure"),
            RequestKind.RECTIFICATION: said("Answer to your request for rectification"),
        }
        organisation = self._schedule.organisation
        yield self._block(Shape.TITLE, titles[self._request.kind])
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "{day}. Our reference: {reference}.",
                day=self._letter.on.isoformat(),
                reference=self._letter.reference,
            ),
        )
        yield self._block(Shape.PARAGRAPH, said("To {name},", name=self._request.person.names[0]))
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "You wrote to {organisation}, and we received it on {day}. {controller} is the"
                " controller: the one who answers for how your personal data are used.",
                organisation=organisation.name,
                day=self._request.received_on.isoformat(),
                controller=organisation.controller,
            ),
        )
        officer = organisation.data_protection_officer
        if officer is not None:
            yield self._block(
                Shape.PARAGRAPH,
                said(
                    "The data protection officer is {name}, {email}. You may always turn to them.",
                    name=officer.name,
                    email=officer.email,
                ),
            )
        if self._request.extension is not None:
            yield self._block(
                Shape.PARAGRAPH,
                said(
                    "The time for our answer was extended on {day}, because: {why}",
                    day=self._request.extension.on.isoformat(),
                    why=self._request.extension.why,
                ),
            )

    def _access(self) -> Iterator[Block]:
        yield from self._found()
        if self._classes:
            yield from self._by_class()
        yield self._block(Shape.HEADING, said("Who receives them"))
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "Within {organisation} only the representatives whose task it is, and"
                " {controller}. Besides those named here nobody else receives them, unless you"
                " have consented to it or a law demands it.",
                organisation=self._schedule.organisation.name,
                controller=self._schedule.organisation.controller,
            ),
        )
        yield self._block(
            Shape.PARAGRAPH,
            said("They are not transferred to any country outside the EU and the EEA."),
        )
        yield self._block(Shape.HEADING, said("Automated decisions"))
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "No decision about you is made by a machine alone, and you are not profiled. A"
                " program sorts documents, and sees to it that they are destroyed in time."
            ),
        )
        yield from self._earlier()

    def _found(self) -> Iterator[Block]:
        yield self._block(Shape.HEADING, said("What we found"))
        if not self._theirs:
            yield self._block(
                Shape.PARAGRAPH,
                said("We searched all that we keep, and found nothing that is about you."),
            )
        else:
            messages = sum(1 for each in self._theirs if each.part)
            yield self._block(
                Shape.PARAGRAPH,
                counted(
                    "We searched all that we keep: documents, messages, attachments, archives and"
                    " what waits to be destroyed. {count} of them is about you.",
                    "We searched all that we keep: documents, messages, attachments, archives and"
                    " what waits to be destroyed. {count} of them are about you.",
                    count=len(self._theirs),
                ),
            )
            if messages:
                yield self._block(
                    Shape.PARAGRAPH,
                    said("Of these, messages in mailboxes: {count}.", count=messages),
                )
            shares = Counter(each.share for each in self._theirs)
            for name, count in sorted(shares.items()):
                yield Block(shape=Shape.ITEM, text=f"{name}: {count}")
            yield self._block(
                Shape.PARAGRAPH,
                said(
                    "A copy is attached, in an encrypted archive; you get its password by another"
                    " way. Where a document speaks of others too, their names and numbers are"
                    " blacked out."
                ),
            )
        if self._request.not_searched:
            yield self._block(
                Shape.PARAGRAPH,
                counted(
                    "{count} file could not be searched, because it is encrypted, damaged or of a"
                    " kind that cannot be read. If you know of one that is about you, tell us.",
                    "{count} files could not be searched, because they are encrypted, damaged or"
                    " of a kind that cannot be read. If you know of one that is about you, tell"
                    " us.",
                    count=len(self._request.not_searched),
                ),
            )

        if self._request.registered:
            references = ", ".join(
                f"{kind} {reference}" for kind, reference in self._request.registered
            )
            yield self._block(
                Shape.PARAGRAPH,
                said(
                    "Our registers of incidents, consents, hand-overs and the like name you:"
                    " {references}.",
                    references=references,
                ),
            )

    def _by_class(self) -> Iterator[Block]:
        yield self._block(Shape.HEADING, said("Why we have them, and for how long"))
        language = self._request.language
        for each in self._classes:
            title = in_language(each.title, language) or each.code
            yield self._block(
                Shape.PARAGRAPH,
                counted(
                    "{title}: {count} document",
                    "{title}: {count} documents",
                    count=self._counts[each.code],
                    title=title,
                ),
            )
            for message in self._class_facts(each, language):
                yield self._block(Shape.ITEM, message)
        if self._unruled:
            yield self._block(
                Shape.PARAGRAPH,
                counted(
                    "{count} document has not been sorted yet. We keep it until somebody has"
                    " looked at it.",
                    "{count} documents have not been sorted yet. We keep them until somebody has"
                    " looked at them.",
                    count=self._unruled,
                ),
            )

    def _class_facts(self, each: RetentionClass, language: str) -> Iterator[Message]:
        say = self._say
        purpose = in_language(each.purpose, language)
        if purpose:
            yield said("Purpose: {purpose}", purpose=purpose)
        if each.legal_basis:
            yield said("Legal basis: {basis}", basis=", ".join(each.legal_basis))
        if each.categories:
            words = ", ".join(
                say(CATEGORIES[name]) if name in CATEGORIES else name for name in each.categories
            )
            yield said("Categories of personal data: {categories}", categories=words)
        source = in_language(each.source, language)
        if source:
            yield said("Source: {origin}", origin=source)
        recipients = in_language(each.recipients, language)
        if recipients:
            yield said("Recipients: {recipients}", recipients=recipients)
        yield self._period(each)

    def _period(self, each: RetentionClass) -> Message:
        period = each.keep or each.keep_at_most
        if period is None and each.keep_at_least is None:
            return said("Kept: as long as the purpose lasts; no end is set.")
        if period is None and each.keep_at_least is not None:
            return said(
                "Kept: at least {period}, since a law says so; counted from: {trigger}",
                period=each.keep_at_least.as_iso8601(),
                trigger=str(each.counted_from),
            )
        return said(
            "Kept: {period}, counted from: {trigger}; then destroyed, or looked at by a person",
            period=period.as_iso8601() if period else "",
            trigger=str(each.counted_from),
        )

    def _earlier(self) -> Iterator[Block]:
        destroyed = [each for each in self._request.remembered if each.is_destroyed]
        if not destroyed:
            return
        yield self._block(Shape.HEADING, said("What was destroyed before"))
        days = [each.at.astimezone(self._letter.zone).date() for each in destroyed]
        yield self._block(
            Shape.PARAGRAPH,
            counted(
                "According to our log, {count} document that was called after you was destroyed"
                " on {first}.",
                "According to our log, {count} documents that were called after you were"
                " destroyed from {first} to {last}.",
                count=len(destroyed),
                first=min(days).isoformat(),
                last=max(days).isoformat(),
            ),
        )

    def _erasure(self) -> Iterator[Block]:
        yield self._block(Shape.HEADING, said("What is erased"))
        yield self._block(
            Shape.PARAGRAPH,
            counted(
                "{count} document that is about you is taken away, and destroyed for good when"
                " the time has passed in which mistakes can be put right.",
                "{count} documents that are about you are taken away, and destroyed for good when"
                " the time has passed in which mistakes can be put right.",
                count=len(self._letter.going),
            )
            if self._letter.going
            else said("Nothing is erased because of your request."),
        )
        if not self._letter.kept:
            return
        yield self._block(Shape.HEADING, said("What is not erased, and why"))
        reasons = Counter(self._say(each.why) for each in self._letter.kept)
        for reason, count in sorted(reasons.items()):
            yield self._block(
                Shape.ITEM,
                counted(
                    "{count} document: {why}", "{count} documents: {why}", count=count, why=reason
                ),
            )
        yield self._block(
            Shape.PARAGRAPH,
            said("You may have this decision tried by a court, or complain as is said below."),
        )

    def _correction(self) -> Iterator[Block]:
        yield self._block(Shape.HEADING, said("What was put right"))
        done = [each for each in self._request.given if each.what == "correction"]
        told = sorted({each.detail for each in self._request.given if each.what == "informed"})
        yield self._block(
            Shape.PARAGRAPH,
            counted(
                "We have put right what was wrong about you, on {count} occasion.",
                "We have put right what was wrong about you, on {count} occasions.",
                count=len(done),
            )
            if done
            else said("Nothing was put right: we found nothing that is wrong."),
        )
        if told:
            yield self._block(
                Shape.PARAGRAPH,
                said(
                    "Those who had received the wrong data were told: {names}",
                    names=", ".join(told),
                ),
            )

    def _rights(self) -> Iterator[Block]:
        yield self._block(Shape.HEADING, said("Your rights"))
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "You may ask us to put right what is wrong, to erase your data, or to restrict"
                " how they are used, and you may object to that they are used. Where you have"
                " consented, you may withdraw your consent at any time."
            ),
        )
        is_norway = self._schedule.organisation.timezone == _NORWAY
        authority = "Datatilsynet (datatilsynet.no)" if is_norway else "IMY (imy.se)"
        yield self._block(
            Shape.PARAGRAPH,
            said(
                "You may complain to the supervisory authority, {authority}.", authority=authority
            ),
        )

    def _foot(self) -> Iterator[Block]:
        yield self._block(Shape.PARAGRAPH, said("With kind regards"))
        yield Block(shape=Shape.PARAGRAPH, text=self._schedule.organisation.name)

    def _block(self, shape: Shape, message: Message) -> Block:
        return Block(shape=shape, text=self._say(message))
