"""``incident letter``, ``members``, ``export``: what is written out of the register."""

import argparse
import csv
import io
import json

from gallra.cli.houses import opened, roots, who, zone
from gallra.cli.writing import write_new
from gallra.duties import incidents
from gallra.duties.incident_members import Members, members_of
from gallra.duties.registering import Kept
from gallra.model.errors import ExitCode
from gallra.model.incident import Authority, Incident, Receiver
from gallra.model.ledger import LedgerEntry
from gallra.model.message import said
from gallra.policy.incidents import authority_of
from gallra.report import entries as shown_entries
from gallra.report import incidents as shown_incidents
from gallra.report.counting import counted
from gallra.report.incident_letters import Letter, lines_of
from gallra.report.language import LANGUAGES, translator
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scanning import Scanner


def letter(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write one letter, to the screen or to a file."""
    receiver = Receiver(arguments.receiver)
    with opened(arguments) as house:
        kept = incidents.register(house).get(arguments.reference)
        language = arguments.letter_language or house.schedule.organisation.language
        lines = lines_of(_letter(house, kept, language, arguments.authority), receiver)
    if arguments.out is not None:
        write_new(arguments.out, "".join(f"{line}\n" for line in lines), terminal)
        terminal.tell(said("written to {path}", path=arguments.out))
        return ExitCode.DONE
    if terminal.is_json:
        terminal.emit(
            {
                "incident": kept.reference,
                "to": receiver.value,
                "language": language,
                "text": "\n".join(lines),
            }
        )
        return ExitCode.DONE
    for line in lines:
        terminal.write(line)
    return ExitCode.DONE


def members(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Read the files that got out again, and write out whom they are about."""
    with opened(arguments) as house:
        kept = incidents.register(house).get(arguments.reference)
        with Scanner() as scanner:
            found = members_of(house, kept.body, scanner)
        write_new(arguments.out, _table(found, terminal), terminal)
        incidents.note_listed(house, kept, by=who(), what="members")
    if terminal.is_json:
        terminal.emit(
            {
                "incident": kept.reference,
                "out": arguments.out,
                "persons": len(found.concerned),
                "unread": len(found.unread),
            }
        )
    terminal.tell(
        counted(
            "{count} person, in {path}; go through it before anybody is told",
            "{count} persons, in {path}; go through them before anybody is told",
            count=len(found.concerned),
            path=arguments.out,
        )
    )
    for each in found.unread:
        terminal.complain(
            said(
                "{path}: not read in full, so whom it concerns is not known: {reason}",
                path=each.where,
                reason=terminal.say(each.reason),
            )
        )
    return ExitCode.IN_PART if found.unread else ExitCode.DONE


def export(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write out all that is known of one incident."""
    with opened(arguments) as house:
        kept = incidents.register(house).get(arguments.reference)
        now, where = clock.now(), roots(house)
        whole = {
            **shown_incidents.as_json(
                kept.reference,
                kept.body,
                opened_at=kept.opened_at,
                closed_at=kept.closed_at,
                now=now,
                say=terminal.say,
            ),
            "exported_at": now.isoformat(),
            "letters": {
                language: {
                    receiver.value: "\n".join(
                        lines_of(_letter(house, kept, language, None), receiver)
                    )
                    for receiver in Receiver
                }
                for language in LANGUAGES
            },
            "log": [
                shown_entries.as_json(each, roots=where, say=terminal.say)
                for each in house.ledger.entries()
                if _is_about(each, kept.reference)
            ],
        }
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        write_new(arguments.out, f"{text}\n", terminal)
        incidents.note_listed(house, kept, by=who(), what="all")
    terminal.tell(said("written to {path}", path=arguments.out))
    return ExitCode.DONE


def _letter(house: House, kept: Kept[Incident], language: str, authority: str | None) -> Letter:
    organisation = house.schedule.organisation
    return Letter(
        reference=kept.reference,
        incident=kept.body,
        organisation=organisation,
        authority=Authority(authority)
        if authority
        else authority_of(timezone=organisation.timezone, language=organisation.language),
        now=clock.now(),
        zone=zone(house),
        say=translator(language),
    )


def _is_about(entry: LedgerEntry, reference: str) -> bool:
    is_incident = entry.entry.deed.value.startswith("incident-")
    return is_incident and dict(entry.entry.clear).get("reference") == reference


def _table(found: Members, terminal: Terminal) -> str:
    """Return the persons as CSV, readable by every spreadsheet program."""
    text = io.StringIO()
    text.write("\ufeff")  # spreadsheet programs take it for another encoding without
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    say = terminal.say
    writer.writerow(
        [
            say(said("name")),
            say(said("e-mail address")),
            say(said("telephone number")),
            say(said("numbers")),
            say(said("where")),
        ]
    )
    for each in found.concerned:
        writer.writerow(
            [
                _harmless(each.of("PERSON")),
                _harmless(each.of("EMAIL_ADDRESS")),
                _harmless(each.of("PHONE_NUMBER")),
                _harmless(each.others),
                _harmless("; ".join(each.where)),
            ]
        )
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
