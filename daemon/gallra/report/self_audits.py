"""The self-audit of a year, as a text to be read and signed, and for scripts."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from gallra.model.message import Message, said
from gallra.model.retention import RetentionSchedule
from gallra.model.self_audit import Figures, RegisterFigures, SelfAudit
from gallra.policy.self_audit import last_day
from gallra.report import diagnoses
from gallra.report.audit_questions import QUESTIONS
from gallra.report.duty_words import KINDS
from gallra.report.language import Say, in_language
from gallra.report.words import named

_COLUMNS: Final = 88
_NAMES: Final = {
    "consent": said("consents"),
    "declaration": said("declarations of confidentiality"),
    "handover": said("handovers"),
    "wash": said("washes of registers"),
}
"""What the club's registers are called; another one by its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the report is written from."""

    audit: SelfAudit
    figures: Figures
    schedule: RetentionSchedule
    now: datetime
    zone: tzinfo
    say: Say
    language: str


def as_json(paper: Paper) -> dict[str, object]:
    """Return the year as ``gallra self-audit --json`` says it; it is this that is signed."""
    figures, audit, say = paper.figures, paper.audit, paper.say
    organisation = paper.schedule.organisation
    officer = organisation.data_protection_officer
    incidents, requests = figures.incidents, figures.requests
    return {
        "self_audit": figures.year,
        "made_at": paper.now.isoformat(),
        "organisation": organisation.name,
        "controller": organisation.controller,
        "data_protection_officer": officer and {"name": officer.name, "email": officer.email},
        "in_time_until": last_day(figures.year).isoformat(),
        "log": {deed.value: count for deed, count in figures.deeds},
        "classes": {
            each.class_code: {deed.value: count for deed, count in each.counts}
            for each in figures.classes
        },
        "rules": [{"since": at.isoformat(), "rules": digest} for at, digest in figures.rules],
        "incidents": {
            "known": incidents.known_count,
            "authority_told_in_time": incidents.in_time_count,
            "authority_told_late": incidents.late_count,
            "authority_not_told": incidents.not_told_count,
            "no_breach": incidents.none_count,
            "open": incidents.open_count,
        },
        "requests": {
            "received": requests.received_count,
            "answered": requests.answered_count,
            "late": requests.late_count,
            "shortest_days": requests.shortest_days,
            "median_days": requests.median_days,
            "longest_days": requests.longest_days,
            "open": requests.open_count,
        },
        "registers": {
            each.kind: {
                "opened": each.opened_count,
                "closed": each.closed_count,
                "late": each.late_count,
                "longest_days": each.longest_days,
                "open": each.open_count,
            }
            for each in figures.registers
        },
        "findings": {kind.value: count for kind, count in figures.findings},
        "doctor": [diagnoses.as_json(each, say) for each in figures.diagnoses],
        "ledger": {
            "entries": figures.entry_count,
            "root": figures.root,
            "verified": figures.is_verified,
        },
        "answers": [
            {
                "question": question.value,
                "clause": clause,
                "asks": say(asks),
                "answer": None if answer is None else ("yes" if answer.is_yes else "no"),
                "text": (answer and answer.text) or None,
                "by": answer and answer.by,
                "at": answer and answer.at.isoformat(),
            }
            for question, (clause, asks) in QUESTIONS.items()
            for answer in (audit.answer(question),)
        ],
    }


def signature_as_json(audit: SelfAudit) -> dict[str, object] | None:
    """Return who signed, and what; ``None`` while nobody has."""
    signature = audit.signature
    if signature is None:
        return None
    return {
        "by": signature.by,
        "at": signature.at.isoformat(),
        "why": signature.why,
        "digest": signature.digest,
    }


def as_text(paper: Paper) -> Iterator[str]:
    """Yield the lines of the report."""
    for index, (heading, lines) in enumerate(_sections(paper)):
        if index:
            yield ""
        yield paper.say(heading).upper()
        for line in lines:
            yield from textwrap.wrap(line, _COLUMNS, subsequent_indent="  ") or [""]


def _sections(paper: Paper) -> Iterator[tuple[Message, list[str]]]:
    say, figures = paper.say, paper.figures
    nothing = [say(said("none"))]
    yield said("Self-audit of {year}", year=figures.year), list(map(say, _head(paper)))
    yield (
        said("What was done"),
        [
            say(said("{what}: {count}", what=say(named(deed)), count=count))
            for deed, count in figures.deeds
        ]
        or nothing,
    )
    yield said("Records, by class"), list(_classes(paper)) or nothing
    yield (
        said("Rules taken into use"),
        [
            f"{at.astimezone(paper.zone):%Y-%m-%d %H:%M}  {digest[:16]}"
            for at, digest in figures.rules
        ]
        or nothing,
    )
    yield said("Breaches of personal data"), list(map(say, _incidents(paper)))
    yield said("Requests of members"), list(map(say, _requests(paper)))
    yield (
        said("The club's registers"),
        [say(_register(each, say)) for each in figures.registers] or nothing,
    )
    yield (
        said("Open findings"),
        [
            say(said("{what}: {count}", what=say(KINDS[kind]), count=count))
            for kind, count in figures.findings
        ]
        or nothing,
    )
    yield (
        said("The machine"),
        [line for each in figures.diagnoses for line in diagnoses.as_lines(each, say)]
        or [say(said("nothing is wrong"))],
    )
    yield said("The log"), [say(_ledger(figures))]
    yield said("What only people know"), list(_answers(paper))
    yield said("Signature"), [say(each) for each in _signature(paper)]


def _head(paper: Paper) -> Iterator[Message]:
    organisation = paper.schedule.organisation
    officer = organisation.data_protection_officer
    yield said("{name}; controller: {text}", name=organisation.name, text=organisation.controller)
    if officer is not None:
        yield said("Data protection officer: {name}, {mail}", name=officer.name, mail=officer.email)
    yield said("Made on {day}", day=f"{paper.now.astimezone(paper.zone):%Y-%m-%d}")
    yield said("To be signed by {day}", day=last_day(paper.figures.year).isoformat())


def _classes(paper: Paper) -> Iterator[str]:
    titles = {each.code: in_language(each.title, paper.language) for each in paper.schedule.classes}
    for each in paper.figures.classes:
        counts = ", ".join(f"{paper.say(named(deed))} {count}" for deed, count in each.counts)
        yield f"{titles.get(each.class_code) or each.class_code}: {counts}"


def _incidents(paper: Paper) -> Iterator[Message]:
    found = paper.figures.incidents
    yield said("became known: {count}", count=found.known_count)
    if found.known_count:
        yield said("the authority was told within 72 hours: {count}", count=found.in_time_count)
        yield said("the authority was told later: {count}", count=found.late_count)
        yield said("the authority need not be told: {count}", count=found.not_told_count)
        yield said("turned out to be none: {count}", count=found.none_count)
        yield said("still open: {count}", count=found.open_count)


def _requests(paper: Paper) -> Iterator[Message]:
    found = paper.figures.requests
    yield said("came in: {count}", count=found.received_count)
    if found.longest_days is not None:
        yield said(
            "answered: {count}, of them late: {late}; days to the answer: {shortest} at least,"
            " {median} in the middle, {longest} at most",
            count=found.answered_count,
            late=found.late_count,
            shortest=found.shortest_days or 0,
            median=found.median_days or 0,
            longest=found.longest_days,
        )
    yield said("still open: {count}", count=found.open_count)


def _register(each: RegisterFigures, say: Say) -> Message:
    name = say(_NAMES[each.kind]) if each.kind in _NAMES else each.kind
    if each.longest_days is None:
        return said(
            "{what}: {opened} new, {open} open now",
            what=name,
            opened=each.opened_count,
            open=each.open_count,
        )
    return said(
        "{what}: {opened} new, {closed} closed ({late} late, the longest took {days} days), {open}"
        " open now",
        what=name,
        opened=each.opened_count,
        closed=each.closed_count,
        late=each.late_count,
        days=each.longest_days,
        open=each.open_count,
    )


def _ledger(figures: Figures) -> Message:
    if not figures.is_verified:
        return said("it does not verify: see gallra log verify")
    return said(
        "{count} entries; nothing in it was changed or taken away; root {root}",
        count=figures.entry_count,
        root=figures.root,
    )


def _answers(paper: Paper) -> Iterator[str]:
    say = paper.say
    for question, (clause, asks) in QUESTIONS.items():
        answer = paper.audit.answer(question)
        if answer is None:
            word = say(said("not answered"))
        else:
            word = say(said("yes") if answer.is_yes else said("no"))
            word = (
                f"{word}. {answer.text} ({answer.by})" if answer.text else f"{word} ({answer.by})"
            )
        yield f"[{question.value}] {clause}: {say(asks)} {word}"


def _signature(paper: Paper) -> Iterator[Message]:
    signature = paper.audit.signature
    if signature is None:
        yield said("not signed")
        return
    yield said(
        "{name}, {day}: {why}",
        name=signature.by,
        day=f"{signature.at.astimezone(paper.zone):%Y-%m-%d}",
        why=signature.why,
    )
    yield said("what was signed has the digest {digest}", digest=signature.digest)
