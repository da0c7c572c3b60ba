"""The year that a folder's name speaks of: where a document says none itself."""

import re
from datetime import date
from typing import Final

from gallra.model.finding import DocumentDate, Precision

_YEAR: Final = re.compile(r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)")
SOURCE: Final = "folder"


def dated(found: DocumentDate | None, path: bytes) -> DocumentDate | None:
    """Return ``found``, or the year of the nearest folder that names one.

    A list in "Löneförhandling 2021" is of 2021, however seldom it says so. What stands in a
    document's own name or text goes before; of what it states about itself, which every saving
    moves, and the folder the later counts. Of two years in one name ("2020-2021") the later.

    Args:
        found: What the document's name, text and properties say.
        path: Of the file, relative to the share.
    """
    if found is not None and found.source != "properties":
        return found
    for name in reversed(path.decode("utf-8", "replace").split("/")[:-1]):
        years = [int(each) for each in _YEAR.findall(name)]
        if years:
            year = DocumentDate(
                on=date(max(years), 12, 31), precision=Precision.YEAR, source=SOURCE
            )
            return year if found is None or year.on > found.on else found
    return found
