"""Certificates of destruction: sentences for the person who gets one, and the proof as data."""

import base64
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

from gallra.model.ledger import LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_bytes, shown
from gallra.report import jsonlines
from gallra.report.attesting import FORM, attested, block
from gallra.report.counting import counted
from gallra.report.entries import reasons
from gallra.report.language import Say, in_language
from gallra.store.evidence import Certificate, Certified, Evidence

_COLUMNS: Final = 88


def as_json(act: Certified, whole: Certificate, *, say: Say, language: str) -> dict[str, object]:
    """Return one act with all that is needed to check it: each object can stand alone.

    ``entries`` holds the leaves with their proofs, and what opens the commitment of those
    that the certificate is about; everything else repeats what they say. ``signature`` is over
    all of it, the sentences too.
    """
    return attested(_object(act, whole, say=say, language=language), whole.attest)


def as_text(whole: Certificate, *, say: Say, language: str, zone: tzinfo) -> Iterator[str]:
    """Yield the lines of a certificate for people, the proof in a block at its end."""
    words = [
        line
        for lines in _words(whole, say=say, language=language, zone=zone)
        for line in lines.split("\n")
    ]
    yield from words
    objects = (_object(act, whole, say=say, language=language) for act in whole.acts)
    yield from block(words, objects, whole.attest)


def _object(act: Certified, whole: Certificate, *, say: Say, language: str) -> dict[str, object]:
    entry = act.destroyed.entry
    clear = dict(entry.entry.clear)
    officer = whole.organisation.data_protection_officer
    return {
        "certificate": FORM,
        "issued_at": whole.issued_at.isoformat(),
        "organisation": whole.organisation.name,
        "controller": whole.organisation.controller,
        "data_protection_officer": officer and {"name": officer.name, "email": officer.email},
        "action": str(entry.entry.deed),
        "sequence": entry.sequence,
        "destroyed_at": entry.at.isoformat(),
        "taken_at": act.taken and act.taken.entry.at.isoformat(),
        "taken_sequence": act.taken and act.taken.entry.sequence,
        "share": clear.get("share"),
        **_path_keys(clear.get("path")),
        "part": clear.get("part"),
        "size_bytes": clear.get("size_bytes"),
        "sha256": clear.get("sha256"),
        "class": entry.entry.class_code or None,
        "class_title": _title(act, language) or None,
        "authority": entry.entry.authority or None,
        "rule": entry.entry.rule_number,
        "rules": entry.entry.rules_digest or None,
        "rules_recorded_at": act.rules and act.rules.entry.at.isoformat(),
        "because": reasons(entry, "because", say),
        "remains": reasons(entry, "remains", say),
        "command_by": clear.get("by"),
        "confirmed": [
            {
                "by": dict(each.entry.entry.clear).get("by"),
                "at": each.entry.at.isoformat(),
                "plan": dict(each.entry.entry.clear).get("plan"),
                "sequence": each.entry.sequence,
            }
            for each in act.confirmed
        ],
        "approved": [_approval_as_json(each.entry) for each in act.approved],
        "erased": entry.is_erased,
        "entries": [_evidence_as_json(role, each) for role, each in act.evidence],
        "origin": whole.origin,
        "size": whole.size,
        "checkpoint": whole.checkpoint,
        "key": whole.key,
    }


def _words(whole: Certificate, *, say: Say, language: str, zone: tzinfo) -> Iterator[str]:
    yield say(said("Certificate of destruction")).upper()
    yield ""
    yield from _issuer(whole, say, zone)
    yield ""
    if len(whole.acts) > 1:
        yield from _summary(whole, say, language, zone)
    for number, act in enumerate(whole.acts, 1):
        yield f"{number}. {_name(act.destroyed.entry, say)}"
        yield ""
        yield from _paragraph(_sentences(act, say, language, zone), indent="   ")
        yield ""
    yield from _paragraph(_meaning(say))
    yield ""
    yield from _paragraph(_how_to_check(whole, say))
    yield ""
    yield whole.key
    yield ""


def _issuer(whole: Certificate, say: Say, zone: tzinfo) -> Iterator[str]:
    organisation = whole.organisation
    officer = organisation.data_protection_officer
    yield shown(organisation.name)
    yield say(said("Controller: {name}", name=organisation.controller))
    if officer is not None:
        yield say(
            said("Data protection officer: {name}, {email}", name=officer.name, email=officer.email)
        )
    yield say(said("Issued: {at}", at=_moment(whole.issued_at, zone)))


def _summary(whole: Certificate, say: Say, language: str, zone: tzinfo) -> Iterator[str]:
    times = [act.destroyed.entry.at for act in whole.acts]
    total = said(
        "{count} records were destroyed from {first} to {last}:",
        count=len(times),
        first=_moment(min(times), zone),
        last=_moment(max(times), zone),
    )
    yield from _paragraph([say(total)])
    titles = {act.destroyed.entry.entry.class_code: _title(act, language) for act in whole.acts}
    counts = Counter(
        (each.entry.class_code, each.entry.rule_number, each.entry.authority)
        for each in (act.destroyed.entry for act in whole.acts)
    )
    for (code, _, authority), count in sorted(counts.items(), key=str):
        amount = say(counted("{count} record", "{count} records", count=count))
        title = f" ({shown(titles[code])})" if titles[code] else ""
        clause = f", {shown(authority)}" if authority else ""
        yield f"   {shown(code)}{title}{clause}: {amount}"
    yield ""


def _sentences(act: Certified, say: Say, language: str, zone: tzinfo) -> Iterator[str]:
    entry = act.destroyed.entry
    clear = dict(entry.entry.clear)
    at = _moment(entry.at, zone)
    if act.taken is not None:
        taken = _moment(act.taken.entry.at, zone)
        lay = said(
            "It was taken into quarantine on {taken} and destroyed on {at}.", taken=taken, at=at
        )
    else:
        lay = said("It was destroyed on {at}.", at=at)
    yield say(lay)
    if entry.is_erased:
        yield say(
            said(
                "Its name, the reasons and the checksum of its content have been erased from the"
                " log since then; that a record of this class was destroyed stands."
            )
        )
    title = _title(act, language)
    code = entry.entry.class_code
    yield say(
        said("It was of the class {class_name}.", class_name=f"{code} ({title})" if title else code)
    )
    yield from _rule(act, say, zone)
    if because := reasons(entry, "because", say):
        yield say(said("Why: {reasons}.", reasons="; ".join(because)))
    if sha256 := clear.get("sha256"):
        size = clear.get("size_bytes")
        yield say(
            said(
                "Its {count} bytes had the SHA-256 checksum {sha256}.",
                count=size if isinstance(size, int) else "?",
                sha256=str(sha256),
            )
        )
    yield from _word(act, say, zone)
    yield from reasons(entry, "remains", say)
    yield say(said("This is entry {sequence} of the log.", sequence=entry.sequence))


def _rule(act: Certified, say: Say, zone: tzinfo) -> Iterator[str]:
    entry = act.destroyed.entry.entry
    number = entry.rule_number
    if number is not None and entry.authority:
        yield say(
            said(
                "This follows rule {number} of the organisation's retention rules, and rests on"
                " {authority}.",
                number=number,
                authority=entry.authority,
            )
        )
    elif entry.authority:
        yield say(said("This rests on {authority}.", authority=entry.authority))
    elif number is not None:
        yield say(
            said("This follows rule {number} of the organisation's retention rules.", number=number)
        )
    if act.rules is not None:
        yield say(
            said(
                "The rules in force had the SHA-256 checksum {digest} and were recorded in the log"
                " on {at}.",
                digest=entry.rules_digest,
                at=_moment(act.rules.entry.at, zone),
            )
        )


def _word(act: Certified, say: Say, zone: tzinfo) -> Iterator[str]:
    """Yield on whose word it was done."""
    by = dict(act.destroyed.entry.entry.clear).get("by")
    if by:
        yield say(said("{who} gave the command.", who=str(by)))
    for each in act.confirmed:
        clear = dict(each.entry.entry.clear)
        yield say(
            said(
                "{who} had looked at the plan {plan} and confirmed it on {at}.",
                who=str(clear.get("by") or "?"),
                plan=str(clear.get("plan") or "")[:12],
                at=_moment(each.entry.at, zone),
            )
        )
    for each in act.approved:
        clear = dict(each.entry.entry.clear)
        yield say(
            said(
                "{who} was asked as a reviewer, and approved on {at} that it goes: {why}.",
                who=shown(str(clear.get("by") or "?")),
                at=_moment(each.entry.at, zone),
                why=shown(str(clear.get("reason") or "?")),
            )
        )
    if not by and not act.confirmed and not act.approved and not act.destroyed.entry.is_erased:
        yield say(
            said("No person had to confirm it singly: it was within the limits that the rules set.")
        )


def _meaning(say: Say) -> Iterator[str]:
    yield say(
        said(
            "Destroyed means: the file was removed from the disk of this machine, and that was"
            " written down at once. Copies in backups, or such as others made before, are not"
            " part of this certificate."
        )
    )
    yield say(
        said(
            "The certificate shows that these acts were recorded, and that the record was not"
            " changed since; it does not show that nothing else was done."
        )
    )


def _how_to_check(whole: Certificate, say: Say) -> Iterator[str]:
    yield say(
        said(
            "To check it, save this text as a file. {command} writes a program that needs nothing"
            " but Python and openssl; run it as {run}. The key below checks the signature:"
            " compare it with the one that {organisation} gave you some other way.",
            command="gallra log verifier",
            run="python3 -I verify.py --key KEY --certificate FILE",
            organisation=whole.organisation.name,
        )
    )


def _name(entry: LedgerEntry, say: Say) -> str:
    clear = dict(entry.entry.clear)
    if entry.is_erased or not clear.get("path"):
        return say(said("(erased)"))
    part = f"!{clear['part']}" if clear.get("part") else ""
    return shown(f"{clear.get('share') or ''}/{clear['path']}{part}")


def _title(act: Certified, language: str) -> str:
    code = act.destroyed.entry.entry.class_code
    classes = act.schedule.classes if act.schedule is not None else ()
    return next((in_language(each.title, language) for each in classes if each.code == code), "")


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _path_keys(path: object) -> dict[str, str | None]:
    return dict(jsonlines.path_keys(as_bytes(path))) if isinstance(path, str) else {"path": None}


def _approval_as_json(entry: LedgerEntry) -> dict[str, object]:
    clear = dict(entry.entry.clear)
    return {
        "by": clear.get("by"),
        "at": entry.at.isoformat(),
        "why": clear.get("reason"),
        "sequence": entry.sequence,
    }


def _evidence_as_json(role: str, each: Evidence) -> dict[str, object]:
    return {
        "role": role,
        "sequence": each.proof.sequence,
        "leaf": each.proof.leaf.decode("ascii"),
        "salt": each.secret and each.secret.salt.hex(),
        "text": each.secret and each.secret.text.decode("ascii"),
        "proof": [base64.b64encode(each_hash).decode("ascii") for each_hash in each.proof.hashes],
    }


def _paragraph(sentences: Iterable[str], *, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        " ".join(sentences),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
