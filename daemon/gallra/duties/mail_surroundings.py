"""Who is who, as the rules and the registers say, in the digests that messages are kept as."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from gallra.detect.digests import Digester
from gallra.detect.mailing import MailReader
from gallra.duties.consents import Consents
from gallra.policy.audience import PRIVATE_PROVIDERS, Consent, Surroundings
from gallra.policy.calendars import due_on
from gallra.policy.paths import matches, normalised
from gallra.service.house import House

if TYPE_CHECKING:
    from gallra.model.people import Representative

REGISTER_CLASS = "member-register"
"""What is of this class is a register of members, without being named as one."""
_SOME_DAY = date(2026, 1, 1)


def surroundings_of(house: House) -> Surroundings:
    """Return what messages of a house are judged by: its rules, registers and consents."""
    keys = house.keys.digest_keys()
    reader, digester = MailReader(keys), Digester(keys)
    schedule = house.schedule
    by_address: defaultdict[str, list[Representative]] = defaultdict(list)
    values: set[str] = set()
    for each in schedule.representatives:
        for address in each.addresses:
            for digest in reader.digests_of(address):
                by_address[digest].append(each)
                values.add(digest)
        if (name := digester.digest("PERSON", each.name)) is not None:
            values.add(name)
            by_address[name].append(each)
    registered = house.catalogue.values_of_registers(
        class_code=REGISTER_CLASS, record_ids=_named_registers(house)
    )
    within = due_on(_SOME_DAY, schedule.mail.password_within) - _SOME_DAY
    return Surroundings(
        representatives={digest: tuple(people) for digest, people in by_address.items()},
        representatives_values=frozenset(values),
        members=frozenset(digest for entity, digest in registered if entity == "EMAIL_ADDRESS"),
        members_values=frozenset(digest for _, digest in registered),
        own=_domains(reader, schedule.organisation.own_domains),
        allowed=_domains(reader, schedule.mail.allowed_domains),
        private=_domains(reader, (*PRIVATE_PROVIDERS, *schedule.mail.private_domains)),
        events=frozenset(map(reader.topic, schedule.mail.representatives_events)),
        password_within=within,
        has_consent=_consents(house),
    )


def _consents(house: House) -> Consent:
    consents = Consents(house)

    def has_consent(person: Collection[str], to: Collection[str], on: date) -> bool:
        return consents.has(person, to, on, is_name_enough=True)

    return has_consent


def fingerprint(surroundings: Surroundings) -> str:
    """Return what is another text once the registers of members say something else."""
    members = hashlib.sha256()
    for digest in sorted(surroundings.members_values):
        members.update(bytes.fromhex(digest))
    return members.hexdigest()[:32]


def _domains(reader: MailReader, names: Iterable[str]) -> frozenset[str]:
    return frozenset(reader.domain(name) for name in names)


def _named_registers(house: House) -> Iterator[int]:
    """Yield the records that a ``[[register]]`` names."""
    patterns: defaultdict[str, list[str]] = defaultdict(list)
    for terms in house.schedule.registers:
        for share, pattern in terms.places:
            patterns[share].append(pattern)
    for share, of_share in patterns.items():
        for record_id, path in house.catalogue.files_of(share):
            shown = normalised(path)
            if any(matches(shown, each) for each in of_share):
                yield record_id
