"""Erasure (Art. 17): what of a person's can go, what a law, a hold or somebody else keeps.

What goes, goes through quarantine by the hand that takes everything else, on a person's word that
stands in the ledger first. Nothing is cut out of a document here: what speaks of others too is
put right by people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gallra.duties.access import serve
from gallra.duties.confirming import require_no_brake
from gallra.duties.naming import mentioning
from gallra.duties.registering import Kept
from gallra.duties.releasing import release
from gallra.duties.seeking import digests_of
from gallra.duties.sighting import version_of
from gallra.model.access import FoundRecord, Request, RequestKind, Stance
from gallra.model.errors import GallraError
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.record import Act, CataloguedRecord, Disposition, Plan, RecordState
from gallra.model.retention import Action, Mode
from gallra.policy.bounds import latest_minimum
from gallra.policy.decide import is_kept_by_class
from gallra.policy.holds import Holding
from gallra.policy.plan import digest_of
from gallra.policy.recognising import likeness_of
from gallra.report.access_letter import Kept as Staying
from gallra.service import clock, forgetting
from gallra.service.disposal import hand_of
from gallra.service.holding import holding_of
from gallra.service.house import House
from gallra.service.judging import judge, values_known
from gallra.service.shares import absent, look_at_shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasable:
    """What becomes of each record that is about the person."""

    going: tuple[FoundRecord, ...]
    kept: tuple[Staying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure has done."""

    taken_count: int
    forgotten_count: int
    """Entries of the ledger that lost their texts."""
    not_done: tuple[Message, ...]


NOTHING = Erasable(going=(), kept=())


def answered(house: House, request: Request) -> Erasable:
    """Return what a letter says of an erasure; nothing for other requests."""
    return erasable(house, request) if request.kind is RequestKind.ERASURE else NOTHING


def erasable(house: House, request: Request) -> Erasable:
    """Return what of ``request`` can go and what is kept, why. Changes nothing."""
    holding = holding_of(house)
    going: list[FoundRecord] = []
    kept: list[Staying] = []
    for found in request.theirs:
        item = _item(house, found)
        why = _kept_because(house, found, item, holding)
        if why is None:
            going.append(found)
        else:
            kept.append(Staying(found=found, why=why))
    return Erasable(going=tuple(going), kept=tuple(kept))


def erase(  # noqa: PLR0913 - who decided what, and why
    house: House, kept: Kept[Request], found: Erasable, *, by: str, why: str, confirmed: str = ""
) -> Erased:
    """Take what can go into quarantine, and the person's name out of the ledger's texts.

    Args:
        house: Whose shares.
        kept: The request.
        found: Of :func:`erasable`, just now.
        by: Who decided.
        why: Stands in the ledger.
        confirmed: The hash of what would go, where a limit of a day holds and the person has
            looked at it.

    Raises:
        GallraError: If the rules only observe, or the ledger cannot be written.
        BrakeError: If a brake holds: nothing was taken.
    """
    if house.schedule.mode is Mode.OBSERVE:
        raise GallraError(said('mode = "observe" in the rules: nothing is taken or destroyed'))
    house.require_catalogue()
    now = clock.now()
    gone = absent(look_at_shares(house, remembers=False))
    with house.acting():
        hand = hand_of(house, attested=(("by", by), ("request", kept.reference)))
        hand.recover()
        dispositions = _dispositions(house, found.going, gone, kept.reference, by)
        _require_no_brake(house, dispositions, kept.reference, now, by, confirmed)
        release(
            house,
            [(each.item, by, why) for each in dispositions],
            duty=("request", kept.reference),
            typed_by=by,
        )
        done = tuple(hand.quarantine(dispositions))
        person = kept.body.person
        likeness = likeness_of(person, digests_of(person, house.keys.digest_keys()))
        texts = forgetting.erasable(house, mentioning(likeness), is_eager=True)
        forgetting.erase(house, texts, at=clock.now(), by=by, why=why)
    taken = sum(1 for each in done if each.deed is Deed.QUARANTINED)
    serve(house, kept, "erasure", by=by, detail=str(taken))
    house.ledger.checkpoint()
    return Erased(
        taken_count=taken,
        forgotten_count=len(texts),
        not_done=tuple(each.reason for each in done if each.reason is not None),
    )


def _item(house: House, found: FoundRecord) -> CataloguedRecord | None:
    if found.quarantine_id is not None:
        inside = house.catalogue.quarantine_item(found.quarantine_id)
        records = [] if inside is None else house.catalogue.records_of_file(inside.file_id)
        return next((each for each in records if each.record.part == found.part), None)
    return house.catalogue.record_by_path(found.share, found.path, found.part)


def _kept_because(  # noqa: PLR0911 - each reason has a sentence of its own
    house: House, found: FoundRecord, item: CataloguedRecord | None, holding: Holding
) -> Message | None:
    """Return why a record stays; ``None`` where it can go, or has gone."""
    if item is None:
        return said("it is not where it was found; search again")
    if holding.on(item):
        return said("it is needed for a matter that is under way (Art. 17(3))")
    if item.state in {RecordState.DESTROYED, RecordState.QUARANTINED}:
        return None
    if item.state is not RecordState.PRESENT or version_of(item) != found.version:
        return said("it is not where it was found; search again")
    if (law := _law(house, item)) is not None:
        return law
    known = {each.code: each for each in house.schedule.classes}
    of_class = known.get(item.classification.class_code)
    if of_class is not None and is_kept_by_class(item, of_class.then):
        return said(
            "our rules keep it ({authority})", authority=of_class.authority or of_class.code
        )
    if found.speaks_of_others and found.stance is not Stance.WHOLE:
        return said("it speaks of others too: what is about you is taken out of it by hand")
    if item.record.is_container or (item.record.part and item.record.span is None):
        return said("it cannot be taken out of its mailbox by itself: that is done by hand")
    if item.signature.link_count > 1 or not item.is_current:
        return said("it changes just now, or has several names: that is done by hand")
    return None


def _law(house: House, item: CataloguedRecord) -> Message | None:
    """Return which law keeps a record, and until when; every class that it could have counts."""
    ((record, classification, _),) = judge((item.record,), house)
    codes = (classification.class_code, *classification.also)
    classes = tuple(each for each in house.schedule.classes if each.code in codes)
    happenings = house.happenings()
    values = values_known(house)(record) if happenings.asks_for_values else ()
    timezone = house.schedule.organisation.timezone
    least = latest_minimum(record, classes, timezone, happenings.told_of(record, values))
    if least is None:
        return None
    day, because = least
    return because if day is None or day > clock.now().date() else None


def _dispositions(
    house: House,
    going: Sequence[FoundRecord],
    gone: frozenset[str],
    reference: str,
    by: str,
) -> tuple[Disposition, ...]:
    found = []
    for each in going:
        item = _item(house, each)
        if item is None or item.state is not RecordState.PRESENT or each.share in gone:
            continue
        because = said("{name} decided so for request {reference}", name=by, reference=reference)
        found.append(
            Disposition(
                item=item,
                act=Act.QUARANTINE,
                then=Action.DESTROY,
                because=(because, *item.due.because),
            )
        )
    return tuple(found)


def _require_no_brake(  # noqa: PLR0913, PLR0917 - what would go, and who confirms it
    house: House,
    dispositions: tuple[Disposition, ...],
    reference: str,
    now: datetime,
    by: str,
    confirmed: str,
) -> None:
    """Stop where a brake holds that the person has not confirmed.

    Raises:
        BrakeError: If one does.
    """
    found = Plan(
        at=now,
        rules_digest=house.schedule.digest,
        dispositions=dispositions,
        digest=digest_of(dispositions),
    )
    limit = said(
        "this takes {count} records at once, more than the rules let go in a day: look at"
        " gallra access-request erase {reference}, then give the command again with"
        " --confirm {digest}",
        count=len(dispositions),
        reference=reference,
        digest=found.digest,
    )
    require_no_brake(house, found, now=now, confirmed=confirmed, by=by, limit=limit)
