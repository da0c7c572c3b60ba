"""A person's word that a record goes although its period has not ended, written down first.

Without it what lies in quarantine would wait there for a person, since the rules do not let it
go. A hold, and a class that keeps, win over it all the same.
"""

from collections.abc import Sequence

from gallra.model.holding import Decision, Verdict
from gallra.model.ledger import Deed, Entry
from gallra.model.names import as_text
from gallra.model.record import CataloguedRecord
from gallra.service import clock
from gallra.service.house import House


def release(
    house: House,
    records: Sequence[tuple[CataloguedRecord, str, str]],
    *,
    duty: tuple[str, str],
    typed_by: str,
) -> None:
    """Note who lets records go, in the catalogue and the ledger; use it inside ``acting()``.

    Args:
        house: Whose.
        records: Each with who decided, and why.
        duty: In which duty it was decided, and its reference: ``("handover", "2026-1")``.
        typed_by: Who gave the command.

    Raises:
        GallraError: If the ledger cannot be written; nothing was noted.
    """
    known = {
        each.record_id for each in house.catalogue.decisions() if each.verdict is Verdict.RELEASE
    }
    now = clock.now()
    entries: list[Entry] = []
    with house.catalogue.atomic():
        for item, by, why in records:
            if item.record.record_id in known:
                continue  # a run that was stopped has noted it
            noted = house.catalogue.note_decision(
                Decision(
                    record_id=item.record.record_id,
                    verdict=Verdict.RELEASE,
                    by=by,
                    why=why,
                    at=now,
                    class_code=item.classification.class_code,
                    reasons="",
                    sha256=item.record.span.sha256 if item.record.span else "",
                    signature=item.signature,
                )
            )
            entries.append(_entry(house, noted, item, duty, typed_by))
        if entries:
            house.ledger.append(entries, at=now)


def _entry(
    house: House, decision: Decision, item: CataloguedRecord, duty: tuple[str, str], typed_by: str
) -> Entry:
    told: tuple[tuple[str, str | int | None], ...] = (
        ("share", item.record.share),
        ("path", as_text(item.record.path)),
        ("part", item.record.part or None),
        ("number", decision.decision_id),
        ("verdict", decision.verdict.value),
        duty,
        ("by", decision.by),
        ("user", typed_by),
        ("reason", decision.why),
    )
    return Entry(
        deed=Deed.REVIEW_APPROVED,
        class_code=decision.class_code,
        rules_digest=house.schedule.digest,
        rule_number=item.classification.rule_number,
        clear=tuple(pair for pair in told if pair[1] is not None),
    )
