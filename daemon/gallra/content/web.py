"""HTML pages and HTML bodies of mail: the text of each block, and what hides in attributes."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gallra.content.decoding import Decoded, decode, decode_declared
from gallra.content.ooxml import link_text
from gallra.content.place import Place, normalised, read_part
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Part, Passage

_BLOCKS = frozenset(
    {
        *("p", "div", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "pre", "center", "address"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("article", "aside", "blockquote", "body", "details", "dialog", "figcaption", "figure"),
        *("footer", "header", "legend", "main", "nav", "section", "summary", "form", "fieldset"),
        *("button", "select", "optgroup", "option", "textarea"),
    }
)
_SELF_CLOSING = (
    *("p", "li", "dd", "dt", "tr", "td", "th", "option", "optgroup", "tbody", "thead", "tfoot"),
    *("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source"),
    *("track", "wbr", "param", "colgroup"),
)
"""They have no end tag, or need none: many of them in a row are no depth."""


def _alternatives(names: Iterable[str]) -> str:
    """Return a pattern for any of ``names``, branching at the first letter: half the time."""
    groups = groupby(sorted(names), key=lambda name: name[0])
    return "|".join(
        f"{letter}(?:{'|'.join(sorted((name[1:] for name in group), reverse=True))})"
        for letter, group in groups
    )


_TAG_NAMES = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]*)")
_NO_DEPTH = frozenset(f"{slash}{name}" for name in _SELF_CLOSING for slash in ("", "/"))
_EDGE = rf"<(?=/?(?:{_alternatives(_BLOCKS)})(?![A-Za-z0-9]))"
_CELL = r"<(?=t[dh](?![A-Za-z0-9]))"
_LOWER = (re.compile(_EDGE), re.compile(_CELL))
_ANY_CASE = tuple(re.compile(each, re.IGNORECASE | re.ASCII) for each in (_EDGE, _CELL))
_UPPER_TAG = re.compile(r"</?[A-Z]")
_WINDOW = 1024 * 1024
_MOST_DEPTH = 1_000
_ODD_SPACES = ("\n", "\xa0", "\u2002", "\u2003", "\u2007", "\u2009", "\u202f", "\u3000", "\v")
_SILENT = re.compile(r"<(script|style|template|title)(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)
_TELLING = (
    "[alt],[title],[placeholder],[aria-label],input[value],[summary],[label],a[href*='@'],"
    "a[href*='%40'],a[href^='tel:'],a[href^='mailto:'],area[href*='@']"
)
_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label", "value", "summary", "label", "href")
_META = re.compile(r"description|author|keywords|creator|title|name|publisher", re.IGNORECASE)
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_.-]{2,40})")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]{0,2000}>")
_SCRIPT_DATA = "script[type*='json']"


def read_html(place: Place, source: Source) -> Iterator[Part]:
    """Yield the page as one part."""
    most = place.bounds.most_text_bytes
    content = source.read_at(0, most)
    shortfalls: list[Message] = []
    if source.size_bytes > most:
        shortfalls.append(said("is larger than {limit} bytes", limit=most))
    decoded = decoded_html(content, None)
    yield read_part(place, "html", list(passages_of(decoded.text)), shortfalls=shortfalls)


def decoded_html(content: bytes, charset: str | None) -> Decoded:
    """Decode a page: as the mail says, as the page says, as the bytes say, in that order."""
    if content[:3] == b"\xef\xbb\xbf" or content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return decode(content)
    if charset is None:
        head = content[:4096]
        match = _CHARSET.search(head) or _XML_CHARSET.search(head)
        charset = match[1].decode("ascii") if match else None
        if charset and charset.lower().startswith(("utf-16", "utf16", "ucs-2")):
            charset = None  # it was read as bytes, so it is not
    return decode_declared(content, charset)


def _depth(text: str) -> int:
    """Return how deep elements are nested at most, in windows: a list of all tags is long.

    An end tag closes its own kind only: stray ones hide no depth.
    """
    depth = deepest = 0
    opened: dict[str, int] = {}
    for begin in range(0, len(text), _WINDOW):
        for found in _TAG_NAMES.findall(text, begin, begin + _WINDOW):
            if found in _NO_DEPTH or (tag := found.lower()) in _NO_DEPTH:
                continue
            if tag[0] == "/":
                name = tag[1:]
                if opened.get(name, 0) > 0:
                    opened[name] -= 1
                    depth -= 1
            else:
                opened[tag] = opened.get(tag, 0) + 1
                depth += 1
                deepest = max(deepest, depth)
    return deepest


def _marked(text: str) -> tuple[str, int]:
    """Return the page with a form feed at each block's edge and a tab before each cell.

    Both are white space to HTML, so they stay where they are put, inside tables too; those
    that were there before become blanks. Also returns how deep the page is nested at most.
    """
    text = normalised(text).replace("\f", " ").replace("\t", " ")
    edge, cell = _ANY_CASE if _UPPER_TAG.search(text) else _LOWER
    return cell.sub("\t<", edge.sub("\f<", text)), _depth(text)


def _blocks(page: LexborHTMLParser) -> Iterator[str]:
    """Yield the text of each block, white space collapsed; a table row is one block."""
    body = page.body or page.root
    if body is not None:
        yield from _split(body.text(deep=True, separator=""))


def _split(text: str) -> Iterator[str]:
    for space in _ODD_SPACES:
        text = text.replace(space, " ")
    for block in text.split("\f"):
        if collapsed := block.strip():
            while "  " in collapsed:
                collapsed = collapsed.replace("  ", " ")
            if "\t" in collapsed:
                collapsed = "\t".join(cell.strip() for cell in collapsed.split("\t"))
            yield collapsed


def passages_of(text: str) -> Iterator[Passage]:
    """Yield the title, the blocks, then what stands in attributes, data and comments."""
    marked, depth = _marked(text)
    if depth > _MOST_DEPTH:
        # Building a tree takes the square of its depth, and browsers give up at 512 too: all
        # the text and all the attributes are taken as they stand.
        for block in _split(unescape(marked.replace("<", " <"))):
            yield Passage(where="body", text=block)
        return
    page = LexborHTMLParser(marked)
    beside = list(_beside(page, text))
    title = page.css_first("title")
    if title is not None and (words := " ".join(title.text().split())):
        yield Passage(where="title", text=words)
    silent = sorted({tag.lower() for tag in _SILENT.findall(text)})
    if silent:
        page.strip_tags(silent)
    for block in _blocks(page):
        yield Passage(where="body", text=block)
    yield from beside


def _beside(page: LexborHTMLParser, text: str) -> Iterator[Passage]:
    told: set[str] = set()
    for where, value in _hidden(page, text):
        words = " ".join(value.split())
        if len(words) > 1 and words not in told:
            told.add(words)
            yield Passage(where=where, text=words)


def _hidden(page: LexborHTMLParser, text: str) -> Iterator[tuple[str, str]]:
    for node in page.css("meta[content]"):
        attributes = node.attributes
        named = attributes.get("name") or attributes.get("property") or ""
        if _META.search(named):
            yield "meta", attributes.get("content") or ""
    for node in page.css(_TELLING):
        yield from _telling(node)
    for node in page.css(_SCRIPT_DATA):
        yield "data", node.text()
    if "<!--" in text:
        for match in _COMMENT.finditer(text):
            yield "comment", _TAG.sub(" ", match[1].removesuffix("<![endif]"))


def _telling(node: LexborNode) -> Iterator[tuple[str, str]]:
    attributes = node.attributes
    for name in _ATTRIBUTES:
        value = attributes.get(name)
        if not value:
            continue
        if name != "href":
            yield "attribute", value
        elif "@" in (link := link_text(value)) or value.lower().startswith("tel:"):
            yield "hyperlink", link
