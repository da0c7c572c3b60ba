"""The record of processing activities (GDPR Art. 30(1)), made from the rules in force."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from gallra.model.message import Message, said
from gallra.model.retention import RetentionClass, RetentionSchedule, Translated
from gallra.report.language import Say, in_language
from gallra.report.periods import spoken
from gallra.report.words import named

CATEGORIES: Final = {
    "bank account": said("bank account"),
    "contact details": said("contact details"),
    "dietary needs": said("dietary needs"),
    "education": said("education"),
    "employment": said("employment"),
    "health": said("health"),
    "member number": said("member number"),
    "name": said("names"),
    "office held": said("office held"),
    "payment": said("payment"),
    "salary": said("salary"),
    "union membership": said("union membership"),
    "unknown": said("not known"),
    "whatever the member writes": said("whatever the member writes"),
    "whatever the writer tells": said("whatever the writer tells"),
    "whatever was left there": said("whatever was left there"),
}
"""What the shipped rules call categories of data; a club's own words stand as they were written."""

MEASURES: Final = (
    said("What is due lies in quarantine, which nobody else can read, before it is destroyed."),
    said("Documents are read in a process that is shut off from files and network."),
    said("What is known of the files' contents is kept as keyed digests, never as text."),
    said("Each act is written into a log that cannot be changed unnoticed."),
    said("Who can read a case, and what is sent to whom, is checked all the time."),
    said("The disk's encryption, the file server and the clock are checked: gallra doctor."),
)
"""Art. 30(1)(g): what gallra itself does; what the club does besides stands in its routine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One class, as the record has it: Art. 30(1)(b) to (f)."""

    class_code: str
    title: str
    purpose: str
    persons: str
    """``""`` where the rules do not say."""
    categories: tuple[str, ...]
    legal_basis: tuple[str, ...]
    source: str
    recipients: str
    kept_for: str
    then: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRecord:
    """The whole record, in one language."""

    organisation: str
    controller: str
    officer: str
    """Name and address; ``""`` where there is none."""
    made_on: date
    rules_digest: str
    activities: tuple[Activity, ...]
    measures: tuple[str, ...]
    transfers: str

    @property
    def missing(self) -> tuple[Message, ...]:
        """What Art. 30 asks for and the rules do not say."""
        found: list[Message] = []
        if not self.officer:
            found.append(
                said(
                    "no data protection officer is named: fill in data_protection_officer in"
                    " [organisation], if you have to have one"
                )
            )
        found += [
            said("class {code}: persons does not say whom the data are about", code=each.class_code)
            for each in self.activities
            if not each.persons
        ]
        return tuple(found)


def processing_record(
    schedule: RetentionSchedule, *, on: date, say: Say, language: str
) -> ProcessingRecord:
    """Return the record, made from ``schedule``.

    A class without categories processes no personal data, and is no activity.
    """
    organisation = schedule.organisation
    officer = organisation.data_protection_officer
    return ProcessingRecord(
        organisation=organisation.name,
        controller=organisation.controller,
        officer=f"{officer.name}, {officer.email}" if officer else "",
        made_on=on,
        rules_digest=schedule.digest,
        activities=tuple(
            _activity(each, say, language) for each in schedule.classes if each.categories
        ),
        measures=tuple(say(each) for each in MEASURES),
        transfers=say(said("None by gallra. Add what the club itself sends to other countries.")),
    )


def as_json(record: ProcessingRecord) -> dict[str, object]:
    """Return the record for scripts, one object."""
    return {
        "organisation": record.organisation,
        "controller": record.controller,
        "data_protection_officer": record.officer or None,
        "made_on": record.made_on.isoformat(),
        "rules_digest": record.rules_digest,
        "activities": [
            {
                "class": each.class_code,
                "title": each.title,
                "purpose": each.purpose,
                "persons": each.persons or None,
                "categories": list(each.categories),
                "legal_basis": list(each.legal_basis),
                "source": each.source,
                "recipients": each.recipients,
                "kept_for": each.kept_for,
                "then": each.then,
                "authority": each.authority,
            }
            for each in record.activities
        ],
        "transfers": record.transfers,
        "measures": list(record.measures),
    }


def as_text(record: ProcessingRecord, say: Say) -> Iterator[str]:
    """Yield the record line by line."""
    yield say(_TITLE)
    yield ""
    for name, value in _head(record, say):
        yield f"{name}: {value}"
    for each in record.activities:
        yield ""
        yield each.title
        for name, value in _facts(each, say):
            yield f"  {name}: {value}"
    yield ""
    yield say(_MEASURES)
    yield from (f"- {each}" for each in record.measures)


def as_html(record: ProcessingRecord, say: Say, language: str) -> Iterator[str]:
    """Yield the record as one page that needs nothing from anywhere."""
    title = html.escape(say(_TITLE))
    yield f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head><meta charset="utf-8">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>"
    yield from _rows(_head(record, say))
    for each in record.activities:
        yield f"<h2>{html.escape(each.title)}</h2>"
        yield from _rows(_facts(each, say))
    yield f"<h2>{html.escape(say(_MEASURES))}</h2>\n<ul>"
    yield from (f"<li>{html.escape(each)}</li>" for each in record.measures)
    yield "</ul>\n</body>\n</html>"


_TITLE: Final = said("Record of processing activities (GDPR Article 30)")
_MEASURES: Final = said("Technical and organisational measures")
_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;"
    "border-bottom:1px solid #ccc}th{width:14rem;font-weight:600}"
)


def _rows(facts: Iterator[tuple[str, str]]) -> Iterator[str]:
    yield "<table>"
    for name, value in facts:
        yield f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
    yield "</table>"


def _head(record: ProcessingRecord, say: Say) -> Iterator[tuple[str, str]]:
    yield say(said("organisation")), record.organisation
    yield say(said("controller")), record.controller
    yield say(said("data protection officer")), record.officer or "-"
    yield say(said("made on")), record.made_on.isoformat()
    yield say(said("rules")), record.rules_digest
    yield say(said("transfers to third countries")), record.transfers


def _facts(each: Activity, say: Say) -> Iterator[tuple[str, str]]:
    yield say(said("purpose")), each.purpose
    yield say(said("persons")), each.persons or "-"
    yield say(said("personal data")), ", ".join(each.categories)
    yield say(said("legal basis")), ", ".join(each.legal_basis) or "-"
    yield say(said("where they come from")), each.source or "-"
    yield say(said("recipients")), each.recipients
    yield say(said("kept for")), each.kept_for
    yield say(said("then")), each.then
    yield say(said("clause")), each.authority


def _activity(found: RetentionClass, say: Say, language: str) -> Activity:
    return Activity(
        class_code=found.code,
        title=in_language(found.title, language) or found.code,
        purpose=in_language(found.purpose, language),
        persons=in_language(found.persons, language),
        categories=tuple(
            say(CATEGORIES[each]) if each in CATEGORIES else each for each in found.categories
        ),
        legal_basis=found.legal_basis,
        source=in_language(found.source, language),
        recipients=_recipients(found.recipients, say, language),
        kept_for=_kept_for(found, say),
        then=say(named(found.then)),
        authority=found.authority,
    )


def _recipients(texts: Translated, say: Say, language: str) -> str:
    return in_language(texts, language) or say(said("nobody outside the club"))


def _kept_for(found: RetentionClass, say: Say) -> str:
    if found.keep is None:
        return say(said("for ever"))
    period = spoken(found.keep, say)
    start = say(named(found.counted_from))
    if found.else_from is None:
        return say(said("{period} from {start}", period=period, start=start))
    return say(
        said(
            "{period} from {start}; where that is not known, from {otherwise}",
            period=period,
            start=start,
            otherwise=say(named(found.else_from)),
        )
    )
