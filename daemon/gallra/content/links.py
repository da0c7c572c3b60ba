"""Relationships of an office package: what a member refers to, and what leads outside."""

import posixpath
from collections.abc import Iterator

from gallra.content.ooxml import Package, link_text, tree
from gallra.model.passage import Passage


def targets(package: Package, member: str) -> dict[str, tuple[str, str, bool]]:
    """Return identifier -> (kind, target or member, is external) of a member's links."""
    folder, name = posixpath.split(member)
    path = package.find(f"{folder}/_rels/{name}.rels")
    found: dict[str, tuple[str, str, bool]] = {}
    if path is None:
        return found
    root, _ = tree(package, path)
    for element in root:
        target = element.get("Target", "")
        is_external = element.get("TargetMode", "") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = (kind, target, is_external)
    return found


def relationships(package: Package, folder: str = "") -> Iterator[tuple[str, str, str, bool]]:
    """Yield (member, identifier, target, is external) of every link in the package.

    Args:
        package: the opened file.
        folder: only of members below it.
    """
    for name in list(package.members):
        if not name.endswith(".rels") or not name.startswith(folder):
            continue
        root, _ = tree(package, name)
        for element in root:
            kind = element.get("Type", "").rpartition("/")[2]
            is_external = element.get("TargetMode", "") == "External"
            yield name, kind, element.get("Target", ""), is_external


def hyperlinks(package: Package) -> Iterator[Passage]:
    """Yield the targets that lead outside: addresses are personal data as well."""
    told: set[str] = set()
    for _, kind, target, is_external in relationships(package):
        if not is_external or kind in {"attachedTemplate", "image"} or not target.strip():
            continue
        text = link_text(target)
        if text and text not in told:
            told.add(text)
            yield Passage(where="hyperlink", text=text)
