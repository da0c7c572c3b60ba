"""The register of self-audits: answered, signed, and recalled in the first quarter."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties.findings import note_findings
from gallra.duties.registering import Clear, Kept, Register
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.model.self_audit import Answer, SelfAudit, Signature
from gallra.policy.deadlines import end_of
from gallra.policy.decide import day_of
from gallra.policy.self_audit import is_over, is_overdue, last_day, reminder
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

REGISTER: Final = "self-audit"
_LOOKED: Final = "self-audit looked"
_BEGAN: Final = "self-audit began"
"""Under these keys the catalogue keeps when it was looked for last, and the ledger's first year."""


def register(house: House) -> Register[SelfAudit]:
    """Return the register of self-audits."""
    return Register(house, REGISTER, SelfAudit)


def audit_of(house: House, year: int) -> Kept[SelfAudit] | None:
    """Return the audit of ``year``; ``None`` while nobody has begun it."""
    return next((each for each in register(house).all() if each.body.year == year), None)


def answer(house: House, year: int, answers: Sequence[Answer]) -> Kept[SelfAudit]:
    """Keep answers; one that changes after signing takes the signature away."""
    clear: Clear = (
        ("year", year),
        ("by", answers[-1].by),
        *((each.question.value, _said(each)) for each in answers),
    )
    of_old = register(house)
    before = audit_of(house, year)
    if before is None:
        return of_old.open(
            SelfAudit(year=year, answers=tuple(answers)),
            deed=Deed.SELF_AUDIT_ANSWERED,
            clear=clear,
            due_at=end_of(last_day(year), ZoneInfo(house.schedule.organisation.timezone)),
        )
    body = replace(before.body, answers=(*before.body.answers, *answers), signature=None)
    return of_old.change(
        before, body, deed=Deed.SELF_AUDIT_ANSWERED, clear=clear, due_at=before.due_at
    )


def sign(  # noqa: PLR0913 - what is signed, by whom, when
    house: House, year: int, report: dict[str, object], *, by: str, why: str, now: datetime
) -> Kept[SelfAudit]:
    """Keep the report of a year, as a person stands for it.

    Raises:
        WrongUseError: If the year is not over, or questions are unanswered.
    """
    if not is_over(year, day_of(now, house.schedule)):
        raise WrongUseError(
            said("{year} is not over: its figures are signed from 1 January on", year=year)
        )
    before = audit_of(house, year)
    unanswered = (before.body if before is not None else SelfAudit(year=year)).unanswered
    if before is None or unanswered:
        raise WrongUseError(
            said(
                "not signed: first answer {questions}, with --answer",
                questions=", ".join(unanswered),
            )
        )
    text = json.dumps(report, ensure_ascii=False, sort_keys=True)
    signature = Signature(
        by=by, why=why, at=now, digest=sha256(text.encode()).hexdigest(), report=text
    )
    kept = register(house).change(
        before,
        replace(before.body, signature=signature),
        deed=Deed.SELF_AUDIT_SIGNED,
        clear=(("year", year), ("by", by), ("digest", signature.digest), ("reason", why)),
        closed_at=now,
        due_at=before.due_at,
    )
    look_for_audits(house, now)
    return kept


def remind_of_audit(house: House, voice: Voice, now: datetime) -> None:
    """Recall the audit of last year in the first quarter, and find it overdue after that.

    A chore of the daemon; it looks once a day.
    """
    del voice  # what is said is announced
    mark = f"{day_of(now, house.schedule).isoformat()} {house.schedule.organisation.timezone}"
    if house.catalogue.meta(_LOOKED) == mark:
        return
    look_for_audits(house, now)
    house.catalogue.set_meta(_LOOKED, mark)


def look_for_audits(house: House, now: datetime) -> None:
    """Announce what is to be signed, and note as findings what is overdue."""
    today = day_of(now, house.schedule)
    signed = {each.body.year for each in register(house).all() if each.body.signature is not None}
    missing = [year for year in range(_first_year(house, now), today.year) if year not in signed]
    overdue = [_finding(year) for year in missing if is_overdue(year, today)]
    note_findings(house, (FindingKind.AUDIT_OVERDUE,), overdue, now)
    for year in missing[-1:]:
        day = reminder(year, today)
        if day is not None:
            _announce(house, year, day.isoformat(), now, is_late=is_overdue(year, today))


def _first_year(house: House, now: datetime) -> int:
    """Return the year in which the ledger began: what was before, nobody has figures of."""
    known = house.catalogue.meta(_BEGAN)
    if known is not None:
        return int(known)
    first = next(house.ledger.entries(), None)
    year = day_of(now if first is None else first.at, house.schedule).year
    if first is not None:
        house.catalogue.set_meta(_BEGAN, str(year))
    return year


def _finding(year: int) -> Finding:
    return Finding(
        kind=FindingKind.AUDIT_OVERDUE,
        gravity=Gravity.SERIOUS,
        clause="F21",
        key=str(year),
        what=said(
            "the self-audit of {year} was to be signed by {day}",
            year=year,
            day=last_day(year).isoformat(),
        ),
        advice=said("go through it, and sign it: gallra self-audit {year}", year=year),
    )


def _announce(house: House, year: int, day: str, now: datetime, *, is_late: bool) -> None:
    subject = (
        said("the self-audit of {year} is overdue", year=year)
        if is_late
        else said(
            "the self-audit of {year} is to be signed by {day}",
            year=year,
            day=last_day(year).isoformat(),
        )
    )
    for audience in (Audience.CLUB, Audience.OFFICER):
        announce(
            house,
            Notification(
                kind="deadline",
                audience=audience,
                urgency=Urgency.SOON,
                key=f"self-audit {year} {day} {audience}",
                subject=subject,
                lines=(
                    said("the figures and the check-list: gallra self-audit {year}", year=year),
                ),
                at=now,
            ),
        )


def _said(answer: Answer) -> str:
    return f"{'yes' if answer.is_yes else 'no'}: {answer.text}".removesuffix(": ")
