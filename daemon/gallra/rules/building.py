"""From checked values to the retention schedule."""

from typing import TYPE_CHECKING, cast

from gallra.model.names import as_bytes
from gallra.model.retention import (
    Action,
    Condition,
    Contact,
    Destination,
    EventRule,
    LedgerTerms,
    MetricsTerms,
    Mode,
    NoticeTerms,
    Organisation,
    Period,
    ReadingLimits,
    RequestTerms,
    RetentionClass,
    RetentionSchedule,
    ReviewQueue,
    Rule,
    Safety,
    Translated,
    Trigger,
)
from gallra.model.share import Share, ShareRole
from gallra.rules.mailing import mail_from
from gallra.rules.meaning import quarantine_of
from gallra.rules.notes import Notes
from gallra.rules.persons import register_from, representative_from
from gallra.rules.separating import separation_from
from gallra.rules.telling import notifications_from
from gallra.rules.validation import Validated
from gallra.rules.values import Values, text_in, texts_in, value_in

if TYPE_CHECKING:
    from datetime import date

DEFAULT_LANGUAGE = "en"
DEFAULT_TIMEZONE = "Europe/Stockholm"


def build(validated: Validated, notes: Notes, *, digest: str) -> RetentionSchedule:
    """Return the schedule that ``validated`` describes; there must be no complaints."""
    organisation = _organisation(validated.organisation)
    return RetentionSchedule(
        mode=Mode(text_in(validated.top, "mode", Mode.OBSERVE)),
        organisation=organisation,
        shares=tuple(
            _share(name, validated, notes.line_of(("share", name))) for name in validated.shares
        ),
        classes=tuple(
            _class(code, values, organisation.language, notes.line_of(("class", code)))
            for code, values in validated.classes.items()
        ),
        rules=tuple(
            _rule(number, values, notes.line_of(("rule", number - 1)))
            for number, values in enumerate(validated.rules, start=1)
        ),
        event_rules=tuple(
            _event_rule(number, values, notes.line_of(("event", number - 1)))
            for number, values in enumerate(validated.events, start=1)
        ),
        review_queues=tuple(
            _queue(values, notes.line_of(("review", index)))
            for index, values in enumerate(validated.reviews)
        ),
        representatives=tuple(
            representative_from(values, notes.line_of(("representative", index)))
            for index, values in enumerate(validated.representatives)
        ),
        registers=tuple(
            register_from(values, notes.line_of(("register", index)))
            for index, values in enumerate(validated.registers)
        ),
        separation=separation_from(validated.separation),
        safety=_safety(validated.safety),
        reading=_reading(validated.reading),
        ledger=LedgerTerms(keep_texts=value_in(validated.ledger, "keep_texts", default=None)),
        requests=RequestTerms(keep=value_in(validated.requests, "keep", default=None)),
        metrics=_metrics(validated.metrics),
        notice=NoticeTerms(days=value_in(validated.notice, "days", default=NoticeTerms().days)),
        notifications=notifications_from(validated.notifications, validated.receivers),
        mail=mail_from(validated.mail),
        digest=digest,
    )


def _organisation(values: Values) -> Organisation:
    contact = cast("Values | None", values.get("data_protection_officer"))
    return Organisation(
        name=text_in(values, "name"),
        controller=text_in(values, "controller") or text_in(values, "name"),
        data_protection_officer=Contact(
            name=text_in(contact, "name"), email=text_in(contact, "email")
        )
        if contact
        else None,
        language=text_in(values, "language", DEFAULT_LANGUAGE),
        timezone=text_in(values, "timezone", DEFAULT_TIMEZONE),
        own_domains=texts_in(values, "own_domains"),
    )


def _share(name: str, validated: Validated, line: int) -> Share:
    values = validated.shares[name]
    return Share(
        name=name,
        path=as_bytes(text_in(values, "path")),
        role=ShareRole(text_in(values, "role")),
        quarantine=as_bytes(quarantine_of(name, validated.shares) or ""),
        line=line,
        has_notes=value_in(values, "notes", default=False),
        language=text_in(values, "language"),
    )


def _class(code: str, values: Values, language: str, line: int) -> RetentionClass:
    then = Action(text_in(values, "then"))
    start, otherwise = text_in(values, "from"), text_in(values, "else_from")
    keep, least, most = (
        cast("Period | None", values.get(name))
        for name in ("keep", "keep_at_least", "keep_at_most")
    )
    return RetentionClass(
        code=code,
        title=_translated(values, "title", language),
        purpose=_translated(values, "purpose", language),
        categories=texts_in(values, "categories"),
        legal_basis=texts_in(values, "legal_basis"),
        source=_translated(values, "source", language),
        persons=_translated(values, "persons", language),
        recipients=_translated(values, "recipients", language),
        authority=text_in(values, "authority"),
        keep=keep or most or least,
        keep_at_least=least,
        keep_at_most=most,
        counted_from=Trigger(start) if start else Trigger.FIRST_SEEN,
        else_from=Trigger(otherwise) if otherwise else None,
        then=then,
        line=line,
        to=cast("Destination | None", values.get("to")),
    )


def _translated(values: Values, name: str, language: str) -> Translated:
    value = values.get(name)
    if isinstance(value, str):
        return ((language, value),)
    return cast("Translated", value or ())


def _rule(number: int, values: Values, line: int) -> Rule:
    when = cast("Values", values["when"])
    return Rule(
        number=number,
        class_code=text_in(values, "class"),
        when=condition_from(when),
        line=line,
        is_otherwise=value_in(values, "otherwise", default=False),
        authority=text_in(values, "authority"),
        active_from=cast("date | None", values.get("active_from")),
    )


def condition_from(when: Values) -> Condition:
    """Return the condition that the keys of a ``when`` describe."""
    return Condition(
        paths=texts_in(when, "path"),
        shares=texts_in(when, "share"),
        roles=texts_in(when, "role"),
        types=texts_in(when, "type"),
        kinds=texts_in(when, "kind"),
        languages=texts_in(when, "language"),
        entities=cast("tuple[tuple[str, int], ...]", when.get("entities", ())),
        special_categories=texts_in(when, "special_categories"),
        has_personal_data=cast("bool | None", when.get("personal_data")),
        outcomes=texts_in(when, "outcome"),
        events=texts_in(when, "event"),
    )


def _event_rule(number: int, values: Values, line: int) -> EventRule:
    when = cast("Values", values["when"])
    return EventRule(
        number=number,
        kind=Trigger(text_in(values, "kind")),
        folders=texts_in(when, "folder"),
        files=texts_in(when, "file"),
        copied_to=texts_in(when, "copied_to"),
        shares=texts_in(when, "share"),
        roles=texts_in(when, "role"),
        line=line,
    )


def _queue(values: Values, line: int) -> ReviewQueue:
    return ReviewQueue(
        name=text_in(values, "name"),
        reviewers=texts_in(values, "reviewers"),
        classes=texts_in(values, "classes"),
        needed=value_in(values, "reviewers_needed", default=1),
        line=line,
    )


def _safety(values: Values) -> Safety:
    careful = Safety()
    return Safety(
        dwell=value_in(values, "dwell", default=careful.dwell),
        most_per_day=value_in(values, "most_per_day", default=careful.most_per_day),
        most_of_a_share=value_in(values, "most_of_a_share", default=careful.most_of_a_share),
        most_bytes_per_day=value_in(
            values, "most_bytes_per_day", default=careful.most_bytes_per_day
        ),
        new_rules_wait=value_in(values, "new_rules_wait", default=careful.new_rules_wait),
        settle=value_in(values, "settle", default=careful.settle),
    )


def _metrics(values: Values) -> MetricsTerms:
    place = text_in(values, "textfile")
    return MetricsTerms(textfile=as_bytes(place) if place else None)


def _reading(values: Values) -> ReadingLimits:
    usual = ReadingLimits()
    return ReadingLimits(
        pages_per_day=value_in(values, "pages_per_day", default=usual.pages_per_day),
        processors=value_in(values, "processors", default=usual.processors),
    )
