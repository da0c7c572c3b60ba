"""Relationships of an office package: what a member refers to, and what leads outside."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gallra.content.ooxml import Package, link_text, tree
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree


def targets(package: Package, member: str) -> dict[str, tuple[str, str, bool]]:
    """Return identifier -> (kind, target or member, is external) of a member's links."""
    folder, name = posixpath.split(member)
    path = package.find(f"{folder}/_rels/{name}.rels")
    found: dict[str, tuple[str, str, bool]] = {}
    if path is None:
        return found
    root = _whole(package, path)
    for element in root:
        target = element.get("Target", "")
        is_external = element.get("TargetMode", "") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = (kind, target, is_external)
    return found


def _whole(package: Package, name: str) -> "etree._Element":
    """Return the root of a list of links; half a list would hide what it no longer names.

    Raises:
        RefusedError: a limit.
        zipfile.BadZipFile: it breaks off.
        etree.XMLSyntaxError: it is no XML.
    """
    root, is_whole = tree(package, name)
    if not is_whole:
        raise zipfile.BadZipFile("a list of links breaks off")
    return root


def relationships(package: Package, folder: str = "") -> Iterator[tuple[str, str, str, bool]]:
    """Yield (member, identifier, target, is external) of every link in the package.

    Args:
        package: the opened file.
        folder: only of members below it.
    """
    for name in list(package.members):
        if not name.endswith(".rels") or not name.startswith(folder):
            continue
        for element in _whole(package, name):
            kind = element.get("Type", "").rpartition("/")[2]
            is_external = element.get("TargetMode", "") == "External"
            yield name, kind, element.get("Target", ""), is_external


def hyperlinks(package: Package, *, but: str = "") -> Iterator[Passage]:
    """Yield the targets that lead outside: addresses are personal data as well.

    Args:
        package: the opened file.
        but: of members below this folder they are told elsewhere.
    """
    told: set[str] = set()
    for member, kind, target, is_external in relationships(package):
        if but and but in member:
            continue
        if not is_external or kind in {"attachedTemplate", "image"} or not target.strip():
            continue
        text = link_text(target)
        if text and text not in told:
            told.add(text)
            yield Passage(where="hyperlink", text=text)
