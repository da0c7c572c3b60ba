"""Records, classes and schedules, with only what a test speaks of."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gallra.model.arrival import FileSignature
from gallra.model.passage import Outcome
from gallra.model.record import (
    CataloguedRecord,
    Record,
    RecordState,
)
from gallra.model.retention import (
    Action,
    Condition,
    Mode,
    Organisation,
    Period,
    RetentionClass,
    RetentionSchedule,
    Rule,
    Safety,
    Trigger,
)
from gallra.model.share import Share, ShareRole
from gallra.policy.classify import classify
from gallra.policy.schedule import due

SEEN_AT = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Maker:
    """Makes one of each; what is given replaces what is usual."""

    seen_at = SEEN_AT

    def record(self, path="a.xlsx", **given):
        usual = Record(
            record_id=given.pop("record_id", 1),
            share="gemensam",
            role="common-area",
            path=path.encode("utf-8", "surrogateescape"),
            part="",
            kind=given.pop("kind", "xlsx"),
            outcome=Outcome.READ,
            modified_at=SEEN_AT,
            first_seen_at=SEEN_AT,
        )
        return replace(usual, **given)

    def retention_class(self, code="salary-list", **given):
        usual = RetentionClass(
            code=code,
            title=(),
            purpose=(),
            categories=(),
            legal_basis=(),
            source=(),
            authority="F15.5",
            keep=Period(years=4),
            counted_from=Trigger.FIRST_SEEN,
            else_from=None,
            then=Action.DESTROY,
            line=1,
        )
        return replace(usual, **given)

    def rule(self, number=1, code="salary-list", *, otherwise=False, **when):
        return Rule(
            number=number,
            class_code=code,
            when=Condition(**(when or {"paths": ("**",)})),
            line=number,
            is_otherwise=otherwise,
        )

    def schedule(self, classes=None, rules=None, *, timezone="Europe/Stockholm", **given):
        usual = RetentionSchedule(
            mode=Mode.ENFORCE,
            organisation=Organisation(
                name="Klubben",
                controller="Klubben",
                data_protection_officer=None,
                language="sv",
                timezone=timezone,
                own_domains=(),
            ),
            shares=(
                Share(
                    name="gemensam",
                    path=b"/srv/g",
                    role=ShareRole.COMMON_AREA,
                    quarantine=b"/srv/q",
                    line=1,
                ),
            ),
            classes=tuple(classes or (self.retention_class(),)),
            rules=tuple(rules or (self.rule(),)),
            safety=Safety(),
            digest="0" * 64,
        )
        return replace(usual, **given)

    def item(self, record=None, schedule=None, **given):
        record = record or self.record()
        schedule = schedule or self.schedule()
        classification = given.pop("classification", None) or classify(record, schedule)
        usual = CataloguedRecord(
            record=record,
            classification=classification,
            due=given.pop("due", None) or due(record, classification, schedule),
            state=RecordState.PRESENT,
            signature=FileSignature(
                device=1,
                inode=record.record_id,
                size_bytes=record.size_bytes,
                modified_ns=0,
                changed_ns=0,
                link_count=given.pop("link_count", 1),
            ),
            file_id=given.pop("file_id", record.record_id),
        )
        return replace(usual, **given)


@pytest.fixture(scope="session")
def make():
    return Maker()


@pytest.fixture(scope="session")
def day():
    """Return noon of an ISO day, in UTC."""

    def noon(text):
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).replace(hour=12)

    return noon
