"""Whether what the club mailed went out as the routines ask; judged anew when anything changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties.consents import consents_mark
from gallra.duties.findings import note_findings, register
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
_BEAT = 500
"""After so many messages it is asked whether to go on."""
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
    if check_mail(house, now, surroundings=surroundings):
        house.catalogue.set_meta(_LOOKED, mark)


def check_mail(house: House, now: datetime, *, surroundings: Surroundings | None = None) -> bool:
    """Judge every message of the catalogue; bring the register of findings in step with it.

    Returns:
        Whether all was judged and named; else the next look goes on.
    """
    found = _found(house, surroundings or surroundings_of(house))
    if found is None:
        return False
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
    named: list[Finding] = []
    with Namer(house, unnamed[:MOST_NAMED]) as namer:
        for lapse in unnamed[:MOST_NAMED]:
            if not house.goes_on():
                return False
            named.append(namer.named(lapse))
    findings += [*named, *(lapse.finding for lapse in unnamed[MOST_NAMED:])]
    note_findings(house, KINDS, findings, now)
    return len(unnamed) <= MOST_NAMED or not any(each.exposed_to for each in named)


def _found(house: House, surroundings: Surroundings) -> dict[tuple[str, str], Lapse] | None:
    """Return what is wrong, once for each message, however many exports it lies in.

    ``None`` where it was told not to go on.
    """
    found: dict[tuple[str, str], Lapse] = {}
    passwords = Passwords(surroundings)
    values = house.catalogue.values_outside_address_lines
    for number, mailed in enumerate(house.catalogue.mailed()):
        if number % _BEAT == 0 and not house.goes_on():
            return None
        _keep(lapses(mailed, surroundings, values), found)
        passwords.see(mailed)
    _keep(passwords.lapses(), found)
    return found


def _keep(some: Iterator[Lapse], found: dict[tuple[str, str], Lapse]) -> None:
    """Keep each, in one place of those where it was found: the same one whenever it is looked."""
    for lapse in some:
        other = found.get(_key(lapse))
        if other is None or _place(lapse) < _place(other):
            found[_key(lapse)] = lapse


def _key(lapse: Lapse) -> tuple[str, str]:
    return lapse.finding.kind.value, lapse.finding.key


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
