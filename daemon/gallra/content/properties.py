"""What an office document says about itself: title, authors, keywords, dates, custom values."""

import re
import zipfile
from datetime import date, datetime

from lxml import etree

from gallra.content.ooxml import Package, elements, local
from gallra.content.place import RefusedError, normalised
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_CORE_PROPERTIES = ("title", "subject", "creator", "lastModifiedBy", "keywords", "description")
_MORE_PROPERTIES = frozenset({"Company", "Manager", "category", "contentStatus", "HyperlinkBase"})
_W3C_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


class Properties:
    """What a document says about itself."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.passages: list[Passage] = []
        self.more: list[Passage] = []
        self.stated_on: date | None = None


def properties(package: Package, shortfalls: list[Message]) -> Properties:
    """Read the core, extended and custom properties; what is broken becomes a shortfall."""
    found = Properties()
    values: dict[str, str] = {}
    dates: dict[str, date] = {}
    for path in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        name = package.find(path)
        if name is None:
            continue
        try:
            for element in elements(package, name):
                tag, text = local(element.tag), (element.text or "").strip()
                if not text:
                    continue
                if tag in {"created", "modified"} and (on := stated_date(text)):
                    dates[tag] = on
                elif path == "docProps/core.xml" and tag in _CORE_PROPERTIES:
                    values[tag] = text
                elif path == "docProps/custom.xml" or tag in _MORE_PROPERTIES:
                    found.more.append(Passage(where="properties", text=normalised(text)))
        except (etree.XMLSyntaxError, zipfile.BadZipFile, RefusedError):
            shortfalls.append(said("its properties are damaged"))
    found.passages = [
        Passage(where="properties", text=normalised(values[name]))
        for name in _CORE_PROPERTIES
        if name in values
    ]
    found.stated_on = dates.get("modified") or dates.get("created")
    return found


def stated_date(text: str) -> date | None:
    """Return the day of a W3C date, ``None`` where it is none."""
    match = _W3C_DATE.match(text)
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3])).date()  # noqa: DTZ001 - a date as written
    except ValueError:
        return None
