"""Presentations (pptx, pptm, ppsx, potx): every slide with its notes and comments, hidden or not.

Passages in order: for each slide its text, its notes, its comments; then what the layouts and
masters say; properties; charts, diagrams and whatever else holds text; links; alternative texts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.content.drawing import texts_of_rest
from gallra.content.embedded import embedded_parts
from gallra.content.links import hyperlinks, targets
from gallra.content.ooxml import (
    BROKEN_XML,
    RELATIONSHIP_ID,
    Package,
    elements,
    local,
    tree,
)
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.properties import properties
from gallra.content.slides import slide_passages
from gallra.content.word import Beside
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_MAIN = "ppt/presentation.xml"
_SLIDE = re.compile(r"(?:^|/)slides/slide(\d*)\.xml$", re.IGNORECASE)
_TEMPLATES = (
    ("layout", re.compile(r"(?:^|/)slideLayouts/[^/]*\.xml$", re.IGNORECASE)),
    ("master", re.compile(r"(?:^|/)(?:slide|notes|handout)Masters/[^/]*\.xml$", re.IGNORECASE)),
)
_NOTES = re.compile(r"(?:^|/)notesSlides/[^/]*\.xml$", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:^|/)comments/[^/]*\.xml$", re.IGNORECASE)
_AUTHORS = re.compile(r"(?:^|/)(?:commentAuthors|authors|changesInfos/[^/]*)\.xml$", re.IGNORECASE)
_SILENT = re.compile(
    r"(?:^|/)(?:presProps|viewProps|tableStyles|revisionInfo|ink/[^/]*|slideUpdateInfo[^/]*)\.xml$",
    re.IGNORECASE,
)
_NAMED = frozenset({"cmAuthor", "author", "chgData"})


@dataclass(slots=True, kw_only=True)
class _Deck:
    """What is known of a presentation while it is read."""

    package: Package
    shortfalls: list[Message]
    beside: Beside = field(default_factory=Beside)
    read: set[str] = field(default_factory=set)
    room: int

    def texts(self, name: str, where: str, story: str) -> list[Passage]:
        """Return the passages of one member; what is broken becomes a shortfall."""
        self.read.add(name)
        if self.room < 0:
            return []
        passages: list[Passage] = []
        try:
            root, is_whole = tree(self.package, name)
            for passage in slide_passages(root, where, self.beside):
                passages.append(passage)
                self.room -= len(passage.text) + 1
            if not is_whole:
                self.shortfalls.append(said("its {story} is damaged", story=story))
        except BROKEN_XML:
            self.shortfalls.append(said("its {story} is damaged", story=story))
        except RefusedError as refusal:
            self.shortfalls.append(refusal.reason)
        return passages


def read_pptx(place: Place, package: Package) -> Iterator[Part]:
    """Yield the presentation, then the files embedded in it.

    Raises:
        RefusedError: no slide and no list of slides can be found.
    """
    deck = _Deck(package=package, shortfalls=[], room=place.bounds.most_characters)
    main = package.find(_MAIN)
    slides = _slides(deck, main)
    if main is None and not slides:
        raise RefusedError(Outcome.DAMAGED, said("has no slides"))
    passages: list[Passage] = []
    for number, name in enumerate(slides, 1):
        passages += _slide(deck, name, number)
    for name in package.members:
        if _NOTES.search(name) and name not in deck.read:
            passages += deck.texts(name, "notes", "notes")
        elif _COMMENTS.search(name) and name not in deck.read:
            passages += _comments(deck, name)
        elif _AUTHORS.search(name):
            _authors(deck, name)
    passages += _templates(deck)
    found = properties(package, deck.shortfalls)
    passages += [*found.passages, *found.more]
    deck.read.update(name for name in package.members if _SILENT.search(name))
    passages += texts_of_rest(package, deck.read, deck.shortfalls)
    try:
        passages += hyperlinks(package)
    except BROKEN_XML:
        deck.shortfalls.append(said("its links are damaged"))
    except RefusedError as refusal:
        deck.shortfalls.append(refusal.reason)
    passages += deck.beside.notes
    if not passages and deck.shortfalls:
        raise RefusedError(Outcome.DAMAGED, deck.shortfalls[0])
    yield read_part(place, "pptx", passages, shortfalls=deck.shortfalls, stated_on=found.stated_on)
    yield from embedded_parts(place, package)


def _slides(deck: _Deck, main: str | None) -> list[str]:
    """Return the slides in the order in which they are shown; then those that none shows."""
    package = deck.package
    listed: list[str] = []
    if main is not None:
        deck.read.add(main)
        try:
            links = targets(package, main)
            root, _ = tree(package, main)
            for element in root.iter("{*}sldId"):
                link = next((element.get(key) for key in RELATIONSHIP_ID if element.get(key)), "")
                target = links.get(link or "")
                if target and (name := package.find(target[1])):
                    listed.append(name)
            for element in root.iter("{*}section", "{*}custShow"):
                deck.beside.note("section", element.get("name"))
        except BROKEN_XML:
            deck.shortfalls.append(said("its list of slides is damaged"))
    numbered = [
        (int(match[1] or 0), name) for name in package.members if (match := _SLIDE.search(name))
    ]
    rest = [name for _, name in sorted(numbered) if name not in listed]
    return [*dict.fromkeys(listed), *rest]


def _slide(deck: _Deck, name: str, number: int) -> list[Passage]:
    passages = deck.texts(name, f"slide {number}", f"slide {number}")
    try:
        links = list(targets(deck.package, name).values())
    except (*BROKEN_XML, RefusedError):
        return passages
    for kind, target, is_external in links:
        member = None if is_external else deck.package.find(target)
        if member is None or member in deck.read:
            continue
        if kind == "notesSlide":
            passages += deck.texts(member, f"notes {number}", f"notes {number}")
        elif kind == "comments":
            passages += _comments(deck, member)
    return passages


def _comments(deck: _Deck, name: str) -> list[Passage]:
    """Read comments, old ones (``p:text``) and threaded ones with their replies (``a:p``)."""
    passages = deck.texts(name, "comment", "comment")
    try:
        for element in elements(deck.package, name, ["{*}text"]):
            text = normalised(element.text or "")
            if text.strip():
                passages.append(Passage(where="comment", text=text))
    except (*BROKEN_XML, RefusedError):
        pass  # said already, when its paragraphs were read
    return passages


def _authors(deck: _Deck, name: str) -> None:
    deck.read.add(name)
    try:
        for element in elements(deck.package, name):
            if local(element.tag) in _NAMED:
                for attribute in ("name", "initials", "userId"):
                    deck.beside.note("author", element.get(attribute))
    except BROKEN_XML:
        deck.shortfalls.append(said("its {story} is damaged", story="author"))
    except RefusedError as refusal:
        deck.shortfalls.append(refusal.reason)


def _templates(deck: _Deck) -> list[Passage]:
    """Return what layouts and masters say, each text once: most of it is the same everywhere."""
    passages: dict[str, Passage] = {}
    for where, pattern in _TEMPLATES:
        for name in deck.package.members:
            if pattern.search(name):
                for passage in deck.texts(name, where, where):
                    passages.setdefault(passage.text, passage)
    return list(passages.values())
