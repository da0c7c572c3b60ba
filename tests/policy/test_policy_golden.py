"""A golden plan, with reasons, for every class that ships."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gallra.model.event import NOTHING_TOLD, Event, Tie
from gallra.model.finding import DocumentDate, Precision
from gallra.model.passage import Outcome
from gallra.model.record import UNCLASSIFIED
from gallra.model.retention import Trigger
from gallra.policy.classify import classify
from gallra.policy.plan import plan
from gallra.policy.schedule import due
from gallra.rules.loading import load

SHIPPED = load(str(Path(__file__).parents[2] / "rules.toml"))
GOLDEN = Path(__file__).parent / "shipped.golden"
SEEN_AT = datetime(2026, 1, 10, 12, tzinfo=UTC)

PERSONS = (("PERSON", 12),)
YEAR = DocumentDate(on=date(2022, 12, 31), precision=Precision.YEAR, source="name")
DAY = DocumentDate(on=date(2022, 3, 1), precision=Precision.DAY, source="text")


def of_kind(kind, /, **given):
    return {"subjects": ((kind, 0.9),), "entities": PERSONS, "document_date": DAY} | given


RECORDS = {
    "Medlemmer/register.xlsx": of_kind("member-register"),
    "Lön/Lönelista 2022.xlsx": of_kind("salary-list", document_date=YEAR),
    "Lønn/tall.xlsx": {"entities": (("PERSON", 12), ("SALARY", 12)), "document_date": YEAR},
    "Beredskap/uttak.xlsx": of_kind("conflict-preparedness"),
    "Saker/sak 17.docx": of_kind("case", kind="docx"),
    "sak 18/notat.docx": {"entities": PERSONS, "role": "case-area", "kind": "docx"},
    "Nyanställda.xlsx": of_kind("new-employees"),
    "Verving.xlsx": of_kind("recruiting-list"),
    "Ansettelse/innstilling.docx": of_kind("hiring-committee", kind="docx"),
    "Kurs/deltagare.xlsx": of_kind("participant-list"),
    "Aktiviteter/grill/Deltagare grill.xlsx": {"entities": PERSONS},
    "Aktiviteter/grill/Inbjudan.docx": of_kind("invitation", kind="docx"),
    "Inbjudan.docx": of_kind("invitation", kind="docx"),
    "Protokoll.docx": of_kind("minutes", kind="docx"),
    "Sak 19/Referat fra samtale.docx": of_kind("minutes", kind="docx", role="case-area"),
    "Samtycke.pdf": of_kind("consent", kind="pdf"),
    "Taushetserklæring.pdf": of_kind("confidentiality-declaration", kind="pdf"),
    "Faktura.pdf": of_kind("accounting", kind="pdf", language="sv"),
    "Kvittering.pdf": of_kind("accounting", kind="pdf", language="nn"),
    "inn/17.eml": {"entities": PERSONS, "role": "shared-mailbox", "kind": "eml"},
    "post/18.eml": {
        "entities": PERSONS, "role": "mail-export", "kind": "eml", "document_date": DAY,
    },
    "inn/alt.mbox": {"role": "shared-mailbox", "kind": "mbox", "is_container": True},
    "post/alt.mbox": {"role": "mail-export", "kind": "mbox", "is_container": True},
    "alt.mbox": {"kind": "mbox", "is_container": True},
    "Utträdda/brev.docx": {"entities": PERSONS, "kind": "docx"},
    "Økonomi/Ubetalt kontingent 2022.xlsx": {"entities": PERSONS, "document_date": YEAR},
    "Medlemskontroll.xlsx": {"entities": PERSONS},
    "Lönestatistik 2022.xlsx": {"entities": PERSONS, "document_date": YEAR},
    "Tillitsvalgte gjennom årene.docx": {"entities": PERSONS, "kind": "docx"},
    "Diverse.docx": {"entities": PERSONS, "kind": "docx"},
    # What was told: the same documents, after the event.
    "Løpt/Lønn 2022.xlsx": of_kind("salary-list", document_date=YEAR, told="negotiation-ended"),
    "Lagt/Beredskap.xlsx": of_kind("conflict-preparedness", told="negotiation-ended"),
    "Lagt/sak 17.docx": of_kind("case", kind="docx", told="case-closed"),
    "Lagt/sak 18.docx": of_kind("case", kind="docx", told="case-transferred"),
    "Lagt/kopi av sak 18.pdf": {"entities": PERSONS, "kind": "pdf", "told": "case-transferred"},
    "Lagt/Nyansatte.xlsx": of_kind("new-employees", told="list-used"),
    "Lagt/Verving.xlsx": of_kind("recruiting-list", told="list-used"),
    "Lagt/innstilling.docx": of_kind("hiring-committee", kind="docx", told="position-filled"),
    "Lagt/register.xlsx": of_kind("member-register", told="member-left"),
    "Kurs klart/deltagare.xlsx": of_kind("participant-list", told="activity-ended"),
    "Kurs klart/Inbjudan.docx": of_kind("invitation", kind="docx", told="activity-ended"),
    "Kurs klart/Protokoll.docx": of_kind("minutes", kind="docx", told="activity-ended"),
    "Kurs klart/Hotell.pdf": of_kind(
        "accounting", kind="pdf", language="sv", told="activity-ended"
    ),
    "inn/19.eml": {
        "entities": PERSONS, "role": "shared-mailbox", "kind": "eml", "told": "case-transferred",
    },
    "inn/20.eml": of_kind("consent", role="shared-mailbox", kind="eml", told="case-transferred"),
    "Utmeldte/tidligere medlemmer/brev.docx": {
        "entities": PERSONS, "kind": "docx", "told": "member-left",
    },
    "Restanse mars.xlsx": {"entities": PERSONS, "told": "dues-unpaid"},
    "Medlemssjekk januari.xlsx": {"entities": PERSONS, "told": "superseded"},
    "Medlemssjekk februari.xlsx": {"entities": PERSONS, "told": "list-used"},
    "låst.xlsx": {"outcome": Outcome.OPAQUE, "is_encrypted": True},
    "Mall.docx": {"kind": "docx"},
}  # fmt: skip


def happened(kind):
    """Return what was told of a record: ``kind``, on the first of February 2026."""
    if kind is None:
        return NOTHING_TOLD
    event = Event(
        event_id=1, kind=Trigger(kind), reference="x", on=date(2026, 2, 1), told_at=SEEN_AT
    )
    return {event.kind: (Tie(event=event),)}


def items_of(make):
    for number, (path, given) in enumerate(RECORDS.items(), start=1):
        known = {name: value for name, value in given.items() if name != "told"}
        told = happened(given.get("told"))
        record = make.record(path, record_id=number, **known)
        classification = classify(record, SHIPPED, told)
        yield make.item(
            record,
            SHIPPED,
            classification=classification,
            due=due(record, classification, SHIPPED, told),
        )


def told(make, at):
    items = list(items_of(make))
    made = plan(items, holds=(), schedule=SHIPPED, now=at, is_whole=True)
    for each in made.dispositions:
        item = each.item
        yield f"{item.record.path.decode()}: {each.act} as {item.classification.class_code}"
        for message in (*item.classification.because, *each.because):
            yield f"  {message.in_english()}"


def test_the_shipped_rules_decide_as_written_down(make):
    lines = list(told(make, datetime(2030, 1, 1, 12, tzinfo=UTC)))

    assert lines == GOLDEN.read_text("utf-8").splitlines()


def test_every_shipped_class_is_in_the_golden_plan(make):
    given = {item.classification.class_code for item in items_of(make)}

    assert given == {each.code for each in SHIPPED.classes}
    assert UNCLASSIFIED not in given


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("Lön/Lönelista 2022.xlsx", "2026-12-31"),
        ("Ansettelse/innstilling.docx", "2027-03-01"),
        ("Verving.xlsx", "2026-04-10"),
    ],
)
def test_the_clauses_with_a_period_fall_due_on_their_day_and_not_a_day_earlier(make, path, day):
    record = make.record(path, **RECORDS[path])
    item = make.item(record, SHIPPED)
    noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=12)

    def act(at):
        made = plan([item], holds=(), schedule=SHIPPED, now=at, is_whole=True)
        return made.dispositions[0].act.value

    assert due(record, item.classification, SHIPPED).due_on == date.fromisoformat(day)
    assert act(noon) == "quarantine"
    assert act(noon - timedelta(days=1)) == "retain"


def test_every_event_that_a_shipped_class_counts_from_is_in_the_golden_plan():
    awaited = {
        trigger.value
        for each in SHIPPED.classes
        for trigger in (each.counted_from, each.else_from)
        if trigger is not None and trigger.is_event
    }

    assert awaited == {given["told"] for given in RECORDS.values() if "told" in given}


def test_every_authority_and_every_sign_of_the_shipped_rules_is_meant():
    assert {rule.authority for rule in SHIPPED.rules} == {"", "U3", "F8", "F13"}
    assert {rule.kind.value for rule in SHIPPED.event_rules} == {
        "activity-ended", "case-closed", "case-transferred",
    }  # fmt: skip


if __name__ == "__main__":  # writes what the shipped rules decide, to be read before it is kept
    import importlib.util

    spec = importlib.util.spec_from_file_location("maker", Path(__file__).with_name("conftest.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lines = told(module.Maker(), datetime(2030, 1, 1, 12, tzinfo=UTC))
    GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
