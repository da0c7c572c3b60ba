"""HTML pages and HTML bodies of mail: the text of each block, and what hides in attributes."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gallra.content.decoding import Decoded, decode, decode_declared
from gallra.content.ooxml import link_text
from gallra.content.place import Place, normalised, read_part
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Part, Passage

_BLOCK = "\x1e"
_CELL = "\x1f"
_BLOCKS = (
    "address,article,aside,blockquote,body,br,caption,center,dd,details,dialog,div,dl,dt,"
    "fieldset,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,legend,li,main,nav,ol,"
    "optgroup,option,p,pre,section,select,summary,table,tbody,textarea,tfoot,thead,tr,ul,button"
)
_SILENT = "script,style,template"
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


def _collapsed(text: str) -> str:
    return "\t".join(" ".join(cell.split()) for cell in text.split(_CELL)).strip("\t")


def _marked(text: str) -> str:
    text = normalised(text)
    return text.replace(_BLOCK, " ").replace(_CELL, " ")


def _blocks(page: LexborHTMLParser) -> Iterator[str]:
    body = page.body
    if body is None:
        return
    for node in page.css(_BLOCKS):
        node.insert_before(_BLOCK)
        if node.tag != "br":
            node.insert_after(_BLOCK)
    for node in page.css("td,th"):
        node.insert_after(_CELL)
    # A table row is one block, its cells joined with a tab.
    for block in body.text(deep=True, separator="").split(_BLOCK):
        if collapsed := _collapsed(block):
            yield collapsed


def passages_of(text: str) -> Iterator[Passage]:
    """Yield the title, the blocks, then what stands in attributes, data and comments."""
    page = LexborHTMLParser(_marked(text))
    beside = list(_beside(page, text))
    title = page.css_first("title")
    if title is not None and (words := " ".join(title.text().split())):
        yield Passage(where="title", text=words)
    page.strip_tags([*_SILENT.split(","), "title"])
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
