"""Variables of a Word document: what macros and add-ins keep in it, shown nowhere on the page."""

from gallra.content.ooxml import BROKEN_XML, Package, elements, local
from gallra.content.place import RefusedError, normalised
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_SETTINGS = "word/settings.xml"


def variables(package: Package, shortfalls: list[Message]) -> list[Passage]:
    """Return the value of each ``w:docVar``, ECMA-376 Part 1, 17.15.1.31."""
    name = package.find(_SETTINGS)
    if name is None:
        return []
    found: list[Passage] = []
    try:
        for element in elements(package, name, ["{*}docVar"]):
            for attribute, value in element.attrib.items():
                text = normalised(str(value)).strip()
                if local(attribute) == "val" and text:
                    found.append(Passage(where="variable", text=text))
    except BROKEN_XML:
        shortfalls.append(said("its settings are damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    return found
