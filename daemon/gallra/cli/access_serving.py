"""``access-request``: the letter, the bundle, what is erased and what was put right."""

import argparse
import os
from pathlib import Path

from gallra.cli.houses import opened, roots, who
from gallra.duties import access, access_bundle, access_erasing
from gallra.duties.registering import Kept
from gallra.model.access import Request, RequestKind
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.policy.deadlines import day_in
from gallra.report import access as shown_access
from gallra.report.access_letter import Letter, blocks
from gallra.report.counting import counted
from gallra.report.language import translator
from gallra.report.letters import as_html, as_text
from gallra.report.problems import problem_of
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REFERENCE, require_line, require_reason

_PAGES = (".html", ".htm")


def letter(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the letter, into a new file or to the terminal."""
    with opened(arguments) as house:
        kept = access.open_one(house, arguments.reference)
        access.require_ready(kept)
        written = _letter(kept, house)
        say = translator(kept.body.language)
        found = blocks(written, say)
        is_page = bool(arguments.to) and arguments.to.lower().endswith(_PAGES)
        text = as_html(found, language=kept.body.language) if is_page else as_text(found)
        if arguments.to:
            _write(Path(arguments.to), text, terminal)
        elif not terminal.is_json:
            terminal.write(text.rstrip("\n"))
        if terminal.is_json:
            terminal.emit(
                {
                    "reference": kept.reference,
                    "language": kept.body.language,
                    "path": arguments.to,
                    "text": None if arguments.to else as_text(found),
                    "html": None if arguments.to else as_html(found, language=kept.body.language),
                }
            )
        access.serve(house, kept, "letter", by=who())
    if arguments.to:
        terminal.tell(
            said(
                "the letter is in {path}: read it before it goes",
                path=shown(os.fsencode(arguments.to)),
            )
        )
    return ExitCode.DONE


def bundle(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the encrypted copy, and show its password once."""
    with opened(arguments) as house:
        kept = access.open_one(house, arguments.reference)
        access.require_ready(kept)
        if kept.body.kind is not RequestKind.ACCESS:
            raise WrongUseError(said("a copy goes with a request for access only"))
        say = translator(kept.body.language)
        text = as_text(blocks(_letter(kept, house), say))
        made = access_bundle.write_bundle(house, kept.body, text, Path(arguments.to), say)
        kept = access.serve(
            house,
            kept,
            "bundle",
            by=who(),
            detail=f"{made.original_count}+{made.extract_count}",
        )
    path = shown(os.fsencode(made.path))
    if terminal.is_json:
        terminal.emit(
            {
                "reference": kept.reference,
                "path": str(made.path),
                "password": made.password,
                "originals": made.original_count,
                "extracts": made.extract_count,
                "missing": [each.number for each in made.missing],
            }
        )
    terminal.tell(
        said(
            "{path} holds the letter, {originals} documents as they are and {extracts} in extracts",
            path=path,
            originals=made.original_count,
            extracts=made.extract_count,
        )
    )
    terminal.tell(said("its password, shown this once and kept nowhere:"))
    if not terminal.is_json:
        terminal.write(f"  {made.password}")
    terminal.tell(
        said("tell the password by telephone or SMS, never in a mail; send the archive apart")
    )
    for each in made.missing:
        terminal.complain(
            said(
                "number {number} is not as it was found any more: search again", number=each.number
            )
        )
    return ExitCode.IN_PART if made.missing else ExitCode.DONE


def erase(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what can be destroyed and what is kept, why; with ``--yes`` have it destroyed."""
    if arguments.is_meant:
        why = require_reason(arguments.reason)
    with opened(arguments) as house:
        kept = access.open_one(house, arguments.reference)
        access.require_ready(kept)
        if kept.body.kind is not RequestKind.ERASURE:
            raise WrongUseError(
                said(
                    "{reference} does not ask for erasure; open a request with --kind erasure",
                    reference=kept.reference,
                )
            )
        found = access_erasing.erasable(house, kept.body)
        done = None
        if arguments.is_meant:
            done = access_erasing.erase(
                house, kept, found, by=who(), why=why, confirmed=arguments.confirm
            )
        where, say = roots(house), terminal.say
        for each in found.going:
            if terminal.is_json:
                terminal.emit({**shown_access.found_as_json(each, where), "erased": bool(done)})
            else:
                terminal.write(f"{each.number}. {shown_access.address(each, where)}")
        for stays in found.kept:
            address = shown_access.address(stays.found, where)
            if terminal.is_json:
                terminal.emit(
                    {
                        **shown_access.found_as_json(stays.found, where),
                        "erased": False,
                        "kept": say(stays.why),
                    }
                )
            else:
                terminal.write(f"{stays.found.number}. {address}: {say(stays.why)}")
    if done is None:
        terminal.tell(
            counted(
                "{count} record can go; with --yes and --why it does",
                "{count} records can go; with --yes and --why they do",
                count=len(found.going),
            )
        )
        return ExitCode.IN_PART if found.kept else ExitCode.DONE
    terminal.tell(
        counted(
            "{count} record was taken into quarantine, and is destroyed when its time there is"
            " over",
            "{count} records were taken into quarantine, and are destroyed when their time there"
            " is over",
            count=done.taken_count,
        )
    )
    terminal.tell(
        counted(
            "the text of {count} entry is erased, from the disk too; the log still verifies",
            "the texts of {count} entries are erased, from the disk too; the log still verifies",
            count=done.forgotten_count,
        )
    )
    for message in done.not_done:
        terminal.complain(message)
    return ExitCode.IN_PART if found.kept or done.not_done else ExitCode.DONE


def correct(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note what was put right, and who was told."""
    why = require_reason(arguments.reason)
    told = [require_line(name, LONGEST_REFERENCE) for name in arguments.told]
    with opened(arguments) as house:
        kept = access.open_one(house, arguments.reference)
        unknown = set(arguments.numbers) - {each.number for each in kept.body.found}
        if unknown:
            raise WrongUseError(
                said(
                    "{numbers}: no such number was found; see gallra access-request show"
                    " {reference}",
                    numbers=", ".join(map(str, sorted(unknown))),
                    reference=kept.reference,
                )
            )
        for number in dict.fromkeys(arguments.numbers):
            kept = access.serve(house, kept, "correction", by=who(), detail=f"{number}: {why}")
        for name in dict.fromkeys(told):
            kept = access.serve(house, kept, "informed", by=who(), detail=name)
        if terminal.is_json:
            terminal.emit(
                {
                    "reference": kept.reference,
                    "corrected": sorted(set(arguments.numbers)),
                    "told": told,
                }
            )
    terminal.tell(
        counted(
            "noted: {count} record was put right",
            "noted: {count} records were put right",
            count=len(set(arguments.numbers)),
        )
    )
    if not told:
        terminal.tell(
            said("whoever received the wrong data is to be told (Art. 19): note it with --told")
        )
    return ExitCode.DONE


def _letter(kept: Kept[Request], house: House) -> Letter:
    zone = access.zone_of(house)
    found = access_erasing.answered(house, kept.body)
    return Letter(
        reference=kept.reference,
        request=kept.body,
        schedule=house.schedule,
        on=day_in(clock.now(), zone),
        zone=zone,
        kept=found.kept,
        going=found.going,
    )


def _write(path: Path, text: str, terminal: Terminal) -> None:
    """Write a new file that only its owner reads.

    Raises:
        WrongUseError: If something is there already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WrongUseError(
            said(
                "{path}: {problem}",
                path=shown(os.fsencode(path)),
                problem=terminal.say(problem_of(error)),
            )
        ) from None
