"""Who is meant by the lines of a finding: ``Kari Ås <kari@example.no>``, a name, a number."""

from collections.abc import Iterable, Sequence

from gallra.detect.addresses import address_in, spellings_of
from gallra.model.duty import Finding


def known_as(text: str) -> tuple[tuple[str, str], ...]:
    """Return what a line says of one person, each with its entity."""
    address = address_in(text)
    if address is not None:
        name = text.partition("<")[0].strip(" \"'")
        named = (("PERSON", name),) if name and "@" not in name else ()
        return (*named, ("EMAIL_ADDRESS", address))
    is_number = any(each.isdigit() for each in text) and not any(map(str.isalpha, text))
    return (("MEMBER_NUMBER" if is_number else "PERSON", text),)


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return lines without those that are the same mailbox; the one with a name stays."""
    found: dict[str, str] = {}
    for text in texts:
        address = address_in(text)
        key = text if address is None else spellings_of(address)[0]
        if key not in found or (len(known_as(text)) > len(known_as(found[key]))):
            found[key] = text
    return tuple(found.values())


def persons_of(findings: Sequence[Finding]) -> int:
    """Return about how many persons findings are about in all, and not too few.

    Whom several of them name counts once. One person may stand in a finding by name, number and
    address, and so is never counted more often than the findings count themselves.
    """
    named = len(each_once(name for each in findings for name in each.exposed))
    unnamed = sum(max(0, each.persons_count - len(each.exposed)) for each in findings)
    return min(named + unnamed, sum(each.persons_count for each in findings))
