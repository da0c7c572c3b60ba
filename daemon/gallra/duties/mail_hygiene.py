"""Whether what the club mailed went out as the routines ask; judged anew when anything changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties.consents import consents_mark
from gallra.duties.findings import Outcome, note_findings, register
from gallra.duties.mail_names import Namer
from gallra.duties.mail_surroundings import fingerprint, surroundings_of
from gallra.model.duty import Finding, FindingKind
from gallra.policy.audience import Surroundings
from gallra.policy.hygiene import lapses
from gallra.policy.lapse import Lapse
from gallra.policy.passwords import Passwords
from gallra.service.house import REBUILDING, House
from gallra.service.voice import Voice

KINDS: Final = frozenset(
    {
        FindingKind.OPEN_RECIPIENTS,
        FindingKind.OPEN_ATTENDEES,
        FindingKind.MISSING_NOTICE,
        FindingKind.THIRD_PARTY_DISCLOSURE,
        FindingKind.NO_CONSENT,
        FindingKind.UNENCRYPTED_ATTACHMENT,
        FindingKind.WEAK_ENCRYPTION,
        FindingKind.PASSWORD_BY_MAIL,
    }
)
"""What is looked for."""
MOST_NAMED: Final = 200
"""So many messages are read again for their names in one look; the others in the next."""
_LOOKED = "mail looked at"
"""Under this key the catalogue keeps what everything was like when all mail was last judged."""


def look_at_mail(house: House, _voice: Voice, now: datetime) -> None:
    """Judge all messages where anything has changed since the last time, and once a day.

    While a catalogue is built anew nothing is: what it does not know yet is not gone.
    """
    if house.catalogue.meta(REBUILDING) is not None:
        return
    surroundings = surroundings_of(house)
    mark = _mark(house, surroundings, now)
    if house.catalogue.meta(_LOOKED) == mark:
        return
    if check_mail(house, now, surroundings=surroundings).is_complete:
        house.catalogue.set_meta(_LOOKED, mark)


class Checked:
    """What a look at all mail came to."""

    def __init__(self, outcome: Outcome, *, is_complete: bool) -> None:
        """Keep what changed, and whether all that could be named was."""
        self.outcome = outcome
        self.is_complete = is_complete


def check_mail(house: House, now: datetime, *, surroundings: Surroundings | None = None) -> Checked:
    """Judge every message of the catalogue; bring the register of findings in step with it."""
    found = _found(house, surroundings or surroundings_of(house))
    known = _known(house)
    findings: list[Finding] = []
    unnamed: list[Lapse] = []
    for key, lapse in found.items():
        before = known.get(key)
        if before is not None and (before.title or before.exposed_to):
            findings.append(_with_names(lapse.finding, before))
        else:
            unnamed.append(lapse)
    # what could not be read the last time keeps nothing else waiting
    unnamed.sort(key=lambda each: (_key(each) in known, _place(each)))
    with Namer(house, unnamed[:MOST_NAMED]) as namer:
        named = [namer.named(lapse) for lapse in unnamed[:MOST_NAMED]]
    findings += [*named, *(lapse.finding for lapse in unnamed[MOST_NAMED:])]
    outcome = note_findings(house, KINDS, findings, now)
    is_complete = len(unnamed) <= MOST_NAMED or not any(each.exposed_to for each in named)
    return Checked(outcome, is_complete=is_complete)


def _found(house: House, surroundings: Surroundings) -> dict[tuple[str, str], Lapse]:
    """Return what is wrong, once for each message, however many exports it lies in."""
    found: dict[tuple[str, str], Lapse] = {}
    for lapse in _lapses(house, surroundings):
        other = found.get(_key(lapse))
        if other is None or _place(lapse) < _place(other):
            found[_key(lapse)] = lapse
    return found


def _key(lapse: Lapse) -> tuple[str, str]:
    return lapse.finding.kind.value, lapse.finding.key


def _lapses(house: House, surroundings: Surroundings) -> Iterator[Lapse]:
    passwords = Passwords(surroundings)
    values = house.catalogue.values_outside_address_lines
    for mailed in house.catalogue.mailed():
        yield from lapses(mailed, surroundings, values)
        passwords.see(mailed)
    yield from passwords.lapses()


def _place(lapse: Lapse) -> tuple[str, bytes, str]:
    return lapse.mailed.share, lapse.mailed.path, lapse.mailed.part


def _known(house: House) -> dict[tuple[str, str], Finding]:
    return {
        (each.body.finding.kind.value, each.body.finding.key): each.body.finding
        for each in register(house).all()
        if each.body.finding.kind in KINDS and (each.closed_at is None or each.body.dismissed_by)
    }


def _with_names(finding: Finding, before: Finding) -> Finding:
    return replace(
        finding, title=before.title, exposed=before.exposed, exposed_to=before.exposed_to
    )


def _mark(house: House, surroundings: Surroundings, now: datetime) -> str:
    zone = ZoneInfo(house.schedule.organisation.timezone)
    return " ".join(
        (
            str(house.catalogue.mail_change_count()),
            house.schedule.digest,
            fingerprint(surroundings),
            consents_mark(house),
            now.astimezone(zone).date().isoformat(),
        )
    )
