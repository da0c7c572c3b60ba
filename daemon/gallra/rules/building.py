"""From checked values to the retention schedule."""

from typing import TYPE_CHECKING, TypeVar, cast

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
    RetentionClass,
    RetentionSchedule,
    ReviewQueue,
    Rule,
    Safety,
    Translated,
    Trigger,
)
from gallra.model.share import Share, ShareRole
from gallra.rules.meaning import quarantine_of
from gallra.rules.notes import Notes
from gallra.rules.persons import register_from, representative_from
from gallra.rules.validation import Validated, Values

if TYPE_CHECKING:
    from datetime import date

DEFAULT_LANGUAGE = "en"
DEFAULT_TIMEZONE = "Europe/Stockholm"

_Value = TypeVar("_Value")


def build(validated: Validated, notes: Notes, *, digest: str) -> RetentionSchedule:
    """Return the schedule that ``validated`` describes; there must be no complaints."""
    organisation = _organisation(validated.organisation)
    return RetentionSchedule(
        mode=Mode(_text(validated.top, "mode", Mode.OBSERVE)),
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
        safety=_safety(validated.safety),
        reading=_reading(validated.reading),
        ledger=LedgerTerms(keep_texts=_or(validated.ledger, "keep_texts", default=None)),
        metrics=_metrics(validated.metrics),
        notice=NoticeTerms(days=_or(validated.notice, "days", default=NoticeTerms().days)),
        digest=digest,
    )


def _text(values: Values, name: str, default: str = "") -> str:
    return cast("str", values.get(name, default))


def _tuple(values: Values, name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get(name, ()))


def _or(values: Values, name: str, default: _Value) -> _Value:
    return cast("_Value", values.get(name, default))


def _organisation(values: Values) -> Organisation:
    contact = cast("Values | None", values.get("data_protection_officer"))
    return Organisation(
        name=_text(values, "name"),
        controller=_text(values, "controller") or _text(values, "name"),
        data_protection_officer=Contact(name=_text(contact, "name"), email=_text(contact, "email"))
        if contact
        else None,
        language=_text(values, "language", DEFAULT_LANGUAGE),
        timezone=_text(values, "timezone", DEFAULT_TIMEZONE),
        own_domains=_tuple(values, "own_domains"),
    )


def _share(name: str, validated: Validated, line: int) -> Share:
    values = validated.shares[name]
    return Share(
        name=name,
        path=as_bytes(_text(values, "path")),
        role=ShareRole(_text(values, "role")),
        quarantine=as_bytes(quarantine_of(name, validated.shares) or ""),
        line=line,
        has_notes=_or(values, "notes", default=False),
        language=_text(values, "language"),
    )


def _class(code: str, values: Values, language: str, line: int) -> RetentionClass:
    then = Action(_text(values, "then"))
    start, otherwise = _text(values, "from"), _text(values, "else_from")
    keep, least, most = (
        cast("Period | None", values.get(name))
        for name in ("keep", "keep_at_least", "keep_at_most")
    )
    return RetentionClass(
        code=code,
        title=_translated(values, "title", language),
        purpose=_translated(values, "purpose", language),
        categories=_tuple(values, "categories"),
        legal_basis=_tuple(values, "legal_basis"),
        source=_translated(values, "source", language),
        authority=_text(values, "authority"),
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
        class_code=_text(values, "class"),
        when=condition_from(when),
        line=line,
        is_otherwise=_or(values, "otherwise", default=False),
        authority=_text(values, "authority"),
        active_from=cast("date | None", values.get("active_from")),
    )


def condition_from(when: Values) -> Condition:
    """Return the condition that the keys of a ``when`` describe."""
    return Condition(
        paths=_tuple(when, "path"),
        shares=_tuple(when, "share"),
        roles=_tuple(when, "role"),
        types=_tuple(when, "type"),
        kinds=_tuple(when, "kind"),
        languages=_tuple(when, "language"),
        entities=cast("tuple[tuple[str, int], ...]", when.get("entities", ())),
        special_categories=_tuple(when, "special_categories"),
        has_personal_data=cast("bool | None", when.get("personal_data")),
        outcomes=_tuple(when, "outcome"),
        events=_tuple(when, "event"),
    )


def _event_rule(number: int, values: Values, line: int) -> EventRule:
    when = cast("Values", values["when"])
    return EventRule(
        number=number,
        kind=Trigger(_text(values, "kind")),
        folders=_tuple(when, "folder"),
        files=_tuple(when, "file"),
        copied_to=_tuple(when, "copied_to"),
        shares=_tuple(when, "share"),
        roles=_tuple(when, "role"),
        line=line,
    )


def _queue(values: Values, line: int) -> ReviewQueue:
    return ReviewQueue(
        name=_text(values, "name"),
        reviewers=_tuple(values, "reviewers"),
        classes=_tuple(values, "classes"),
        needed=_or(values, "reviewers_needed", default=1),
        line=line,
    )


def _safety(values: Values) -> Safety:
    careful = Safety()
    return Safety(
        dwell=_or(values, "dwell", default=careful.dwell),
        most_per_day=_or(values, "most_per_day", default=careful.most_per_day),
        most_of_a_share=_or(values, "most_of_a_share", default=careful.most_of_a_share),
        most_bytes_per_day=_or(values, "most_bytes_per_day", default=careful.most_bytes_per_day),
        new_rules_wait=_or(values, "new_rules_wait", default=careful.new_rules_wait),
        settle=_or(values, "settle", default=careful.settle),
    )


def _metrics(values: Values) -> MetricsTerms:
    place = _text(values, "textfile")
    return MetricsTerms(textfile=as_bytes(place) if place else None)


def _reading(values: Values) -> ReadingLimits:
    usual = ReadingLimits()
    return ReadingLimits(pages_per_day=_or(values, "pages_per_day", default=usual.pages_per_day))
