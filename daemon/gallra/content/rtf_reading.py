"""The state of reading RTF: groups, destinations, fonts, and where the next character goes.

Source: Rich Text Format Specification 1.9.1, 'Conventions of an RTF Reader', 'Unicode RTF'.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

from gallra.content.bounds import Bounds
from gallra.content.flow import Flow
from gallra.content.rtf_beside import FONTS, SKIPPED, Beside, Sink
from gallra.content.rtf_fonts import Fonts
from gallra.content.rtf_words import (
    DATES,
    NOTES,
    PROPERTIES,
    SILENT,
    STORIES,
    SYMBOLS,
)
from gallra.model.message import Message, said

_MOST_GROUPS = 5_000


@dataclass(slots=True)
class _Group:
    """What a closing brace brings back."""

    flow: Flow
    sink: Sink | None
    codec: str
    fallback_count: int
    change: int
    is_hidden_from_page: bool
    is_in_table: bool


class Reader:
    """Takes tokens in their order and keeps what they say."""

    def __init__(self, bounds: Bounds) -> None:
        """Begin outside every group."""
        self._most_characters = bounds.most_characters
        self._most_bytes = bounds.most_member_bytes
        self._limit_bytes = bounds.most_member_bytes
        self.body = Flow("body")
        self.beside = Beside()
        self.stories: dict[str, list[Flow]] = {}
        self.page: list[str] = []
        self.shortfalls: list[Message] = []
        self.is_over = False
        self.is_interrupted = False
        self.raw_count = 0
        self._stack: list[_Group] = []
        self._flow, self._sink = self.body, None  # type: Flow, Sink | None
        self._codec = "cp1252"
        self._fonts = Fonts()
        self._fallback_count = 1
        self._drop_count = 0
        self._change = 0
        self._is_hidden_from_page = False
        self._is_in_table = False
        self._is_page = False
        self._is_optional = False
        self._pending = bytearray()
        self._high: int = 0
        self._acts = self._table_of_acts()

    # --- tokens

    def text(self, run: bytes) -> None:
        """Take a run of plain bytes."""
        sink = self._sink
        if sink is SKIPPED or sink is FONTS:
            return
        if self._drop_count:
            count = min(self._drop_count, len(run))
            self._drop_count -= count
            run = run[count:]
        if sink is not None and sink.kind in {"picture", "object"}:
            self._keep(sink.data, run)
            return
        self._is_optional = False
        self._pending += run

    def hexadecimal(self, run: bytes) -> None:
        r"""Take a run of ``\'hh``."""
        if self._sink is SKIPPED or self._sink is FONTS:
            return
        values = bytes.fromhex(run.replace(b"\\'", b"").decode("ascii"))
        if self._drop_count:
            count = min(self._drop_count, len(values))
            self._drop_count -= count
            values = values[count:]
        self._pending += values

    def symbol(self, sign: bytes) -> None:
        """Take a backslash and one other sign."""
        if sign == b"*":
            self._is_optional = True
        elif self._sink is SKIPPED or self._sink is FONTS:
            return
        elif self._drop_count and sign not in b"\r\n":
            self._drop_count -= 1
        elif sign in b"\\{}":
            self._pending += sign
        elif sign == b"~":
            self._emit("\xa0")
        elif sign == b"_":
            self._emit("-")
        elif sign in b"\r\n":
            self._end_paragraph()
        elif sign == b"\t":
            self._emit("\t")

    def brace(self, sign: bytes) -> None:
        """Open or close a group."""
        if self._pending:
            self._flush()
        self._drop_count = 0
        self._is_optional = False
        if sign == b"{":
            if len(self._stack) >= _MOST_GROUPS:
                self._stop(said("nests more than {limit} groups", limit=_MOST_GROUPS))
                return
            self._stack.append(
                _Group(
                    self._flow,
                    self._sink,
                    self._codec,
                    self._fallback_count,
                    self._change,
                    self._is_hidden_from_page,
                    self._is_in_table,
                )
            )
        elif self._stack:
            self._close(self._stack.pop())

    def word(self, name: bytes, number: int | None) -> None:
        """Take a control word, with its number where it has one."""
        is_optional, self._is_optional = self._is_optional, False
        if name == b"bin":
            self.raw_count = max(0, number or 0)
            self.is_interrupted = True
            return
        if self._sink is SKIPPED and name != b"ud":
            return
        character = SYMBOLS.get(name)
        if character is not None:
            if self._drop_count:
                self._drop_count -= 1
            else:
                self._emit(character)
            return
        act = self._acts.get(name)
        if act is not None:
            act(name, number)
        elif is_optional:
            self._begin(SKIPPED if name in SILENT else Sink("note", "other"))

    def raw(self, content: bytes) -> None:
        r"""Take the bytes that a ``\bin`` announced."""
        self.raw_count -= len(content)
        if self._sink is not None and self._sink.kind in {"picture", "object"}:
            self._keep(self._sink.raw, content)

    def finish(self) -> None:
        """End what is open; a group that never ends was cut off."""
        if self._stack or self.raw_count:
            if not self.is_over:
                self.shortfalls.append(said("breaks off before its end"))
            while self._stack:
                self.brace(b"}")
        if self._pending:
            self._flush()
        self.body.finish()

    # --- characters

    def _emit(self, text: str) -> None:
        if self._pending:
            self._flush()
        self._put(text)

    def _flush(self) -> None:
        content = bytes(self._pending)
        self._pending.clear()
        self._put(content.decode("ascii" if content.isascii() else self._codec, "replace"))

    def _put(self, text: str) -> None:
        sink = self._sink
        if sink is None:
            flow = self._flow
            flow.add(text, self._change)
            if self._is_page and not self._is_hidden_from_page and flow is self.body:
                self.page.append(html.escape(text, quote=False))
            if flow.character_count > self._most_characters:
                self._too_long()
        elif sink.kind == "tag":
            self.page.append(text)
        elif sink.kind not in {"skip", "fonts"}:
            sink.pieces.append(text)

    def _too_long(self) -> None:
        self._stop(said("holds more than {limit} characters", limit=self._most_characters))

    def _stop(self, reason: Message) -> None:
        if not self.is_over:
            self.shortfalls.append(reason)
        self.is_over = self.is_interrupted = True

    def _keep(self, data: bytearray, content: bytes) -> None:
        """Keep bytes of a picture or object, all of them together within the limit."""
        self._most_bytes -= len(content)
        if self._most_bytes < 0:
            self._stop(said("is larger than {limit} bytes", limit=self._limit_bytes))
        else:
            data += content

    def _end_paragraph(self, _name: bytes = b"", _number: int | None = None) -> None:
        if self._pending:
            self._flush()
        if self._sink is not None:
            self._put("\n")
            return
        if self._is_page and not self._is_hidden_from_page and self._flow is self.body:
            self.page.append("\r\n")
        self._flow.end_paragraph(is_in_table=self._is_in_table)

    # --- groups

    def _begin(self, sink: Sink) -> None:
        """Send the rest of this group to ``sink``."""
        if self._pending:
            self._flush()
        self._sink = sink

    def _close(self, group: _Group) -> None:
        sink, flow = self._sink, self._flow
        if flow is not group.flow:
            flow.finish()
        if sink is not group.sink and sink is not None:
            self.beside.end(sink)
        self._flow, self._sink = group.flow, group.sink
        self._codec, self._fallback_count = group.codec, group.fallback_count
        self._change = group.change
        self._is_hidden_from_page = group.is_hidden_from_page
        self._is_in_table = group.is_in_table

    # --- control words

    def _table_of_acts(self) -> dict[bytes, Callable[[bytes, int | None], None]]:
        acts: dict[bytes, Callable[[bytes, int | None], None]] = {
            b"par": self._end_paragraph, b"sect": self._end_paragraph, b"cell": self._cell,
            b"row": self._row, b"intbl": self._in_table, b"pard": self._out_of_table,
            b"u": self._unicode, b"uc": self._fallback, b"f": self._select_font,
            b"plain": self._plain, b"deff": self._set_default_font, b"ansicpg": self._code_page,
            b"mac": self._code_page, b"pc": self._code_page, b"pca": self._code_page,
            b"fcharset": self._font_charset, b"cpg": self._font_code_page,
            b"deleted": self._changed, b"revised": self._changed,
            b"fromhtml": self._from_page, b"htmlrtf": self._hide, b"ftnalt": self._endnote,
            b"upr": self._skip, b"ud": self._unicode_twin,
        }  # fmt: skip
        kinds = {
            b"fonttbl": "fonts", b"pict": "picture", b"objdata": "object", b"fldinst": "field",
            b"sn": "shape name", b"sv": "shape value", b"revtbl": "authors", b"htmltag": "tag",
        }  # fmt: skip
        acts |= {name: self._destination(Sink(kind)) for name, kind in kinds.items()}
        acts |= {name: self._destination(Sink("note", where)) for name, where in NOTES.items()}
        acts |= {name: self._destination(Sink("value", name.decode())) for name in PROPERTIES}
        acts |= {name: self._destination(Sink("date", name.decode())) for name in DATES}
        acts |= dict.fromkeys((b"yr", b"mo", b"dy"), self._date_piece)
        acts |= dict.fromkeys(STORIES, self._story)
        return acts | dict.fromkeys(SILENT, self._skip)

    def _destination(self, like: Sink) -> Callable[[bytes, int | None], None]:
        def begin(_name: bytes, _number: int | None) -> None:
            self._begin(FONTS if like.kind == "fonts" else Sink(like.kind, like.key))

        return begin

    def _skip(self, _name: bytes, _number: int | None) -> None:
        self._begin(SKIPPED)

    def _unicode_twin(self, _name: bytes, _number: int | None) -> None:
        """Read the second form of a text that was also written for readers without Unicode."""
        if self._sink is SKIPPED:
            outer = self._stack[-2] if len(self._stack) > 1 else None
            self._sink = outer.sink if outer else None

    def _story(self, name: bytes, _number: int | None) -> None:
        if self._pending:
            self._flush()
        flow = Flow(STORIES[name])
        self.stories.setdefault(flow.where, []).append(flow)
        self._flow, self._sink = flow, None
        self._is_in_table = False
        self._change = 0

    def _endnote(self, _name: bytes, _number: int | None) -> None:
        flow = self._flow
        if flow.where == "footnote":
            self.stories["footnote"].remove(flow)
            flow.where = "endnote"
            self.stories.setdefault("endnote", []).append(flow)

    def _cell(self, _name: bytes, _number: int | None) -> None:
        if self._pending:
            self._flush()
        if self._sink is None:
            self._flow.end_cell()
            if self._is_page and not self._is_hidden_from_page:
                self.page.append(" ")

    def _row(self, _name: bytes, _number: int | None) -> None:
        if self._pending:
            self._flush()
        if self._sink is None:
            self._flow.end_row()

    def _in_table(self, _name: bytes, number: int | None) -> None:
        self._is_in_table = number != 0

    def _out_of_table(self, _name: bytes, _number: int | None) -> None:
        self._is_in_table = False

    def _unicode(self, _name: bytes, number: int | None) -> None:
        code = (number or 0) & 0xFFFF
        if self._drop_count:
            self._drop_count -= 1
            return
        if 0xD800 <= code < 0xDC00:  # noqa: PLR2004 - the first half of a pair
            self._high = code
        else:
            if 0xDC00 <= code < 0xE000:  # noqa: PLR2004 - the second half
                pair = 0x10000 + ((self._high & 0x3FF) << 10 | code & 0x3FF)
                code = pair if self._high else 0xFFFD
            elif 0xF020 <= code <= 0xF0FF:  # noqa: PLR2004 - the private range that symbol fonts use
                code -= 0xF000
            self._high = 0
            self._emit(chr(code))
        self._drop_count = self._fallback_count

    def _fallback(self, _name: bytes, number: int | None) -> None:
        self._fallback_count = max(0, 1 if number is None else number)

    def _select_font(self, _name: bytes, number: int | None) -> None:
        if self._sink is FONTS:
            self._fonts.describe(number or 0)
        else:
            self._use(self._fonts.codec(number or 0))

    def _plain(self, _name: bytes, _number: int | None) -> None:
        if self._change:
            self._set_change(0)
        self._use(self._fonts.codec())

    def _use(self, codec: str) -> None:
        if codec != self._codec:
            if self._pending:
                self._flush()
            self._codec = codec

    def _set_default_font(self, _name: bytes, number: int | None) -> None:
        self._fonts.default = number or 0

    def _code_page(self, name: bytes, number: int | None) -> None:
        self._use(self._fonts.set_code_page(name, number or 0))

    def _font_charset(self, _name: bytes, number: int | None) -> None:
        if self._sink is FONTS:
            self._fonts.charset(number or 0)

    def _font_code_page(self, _name: bytes, number: int | None) -> None:
        if self._sink is FONTS:
            self._fonts.code_page(number or 0)

    def _changed(self, name: bytes, number: int | None) -> None:
        self._set_change(0 if number == 0 else -1 if name == b"deleted" else 1)

    def _set_change(self, change: int) -> None:
        if self._pending:
            self._flush()
        self._change = change

    def _from_page(self, _name: bytes, number: int | None) -> None:
        self._is_page = number != 0

    def _hide(self, _name: bytes, number: int | None) -> None:
        if self._pending:
            self._flush()
        self._is_hidden_from_page = number != 0

    def _date_piece(self, name: bytes, number: int | None) -> None:
        if self._sink is not None and self._sink.kind == "date":
            self.beside.date_piece(name, number or 0)
