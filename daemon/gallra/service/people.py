"""The persons that a file lists: a register, or the participants of an activity."""

import os
from collections.abc import Sequence

from gallra.model.entities import IDENTIFYING
from gallra.model.errors import WrongUseError
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.service.house import House
from gallra.service.scanning import Scanner


def people_in(paths: Sequence[str], house: House) -> tuple[ValueDigest, ...]:
    """Return the numbers and mail addresses in files, as digests; names are left out.

    The files are read in the sandbox, like those of a share.

    Raises:
        OSError: If one cannot be opened.
        WrongUseError: If one was not read in full, or nobody is named in it so that nobody else
            can be meant.
    """
    if not paths:
        return ()
    found: set[ValueDigest] = set()
    with Scanner(digest_keys=house.keys.digest_keys()) as scanner:
        for path in paths:
            reports = scanner.reports(os.fsencode(path))
            people = {
                value
                for report in reports
                for value in report.digests
                if value.entity in IDENTIFYING - {"PERSON"}
            }
            if not people or not all(report.outcome.is_complete for report in reports):
                raise WrongUseError(
                    said(
                        "{path}: not read in full, or no number and no mail address in it;"
                        " a name alone can be somebody else's",
                        path=path,
                    )
                )
            found |= people
    return tuple(sorted(found, key=lambda each: (each.entity, each.digest)))
