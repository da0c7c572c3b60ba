"""The paragraphs and table rows of one story, built while its characters arrive.

A passage is the text as it stands now: insertions in, deletions out. Where changes are tracked
the text as it was before is a passage of its own, so that neither version is torn apart.
"""

from gallra.content.place import normalised
from gallra.model.passage import Passage


class _Line:
    """Text as it is, and as it was where something changed."""

    __slots__ = ("before", "now")

    def __init__(self) -> None:
        self.now: list[str] = []
        self.before: list[str] | None = None

    def add(self, text: str, state: int) -> None:
        if state and self.before is None:
            self.before = list(self.now)
        if state >= 0:
            self.now.append(text)
        if state <= 0 and self.before is not None:
            self.before.append(text)


class Flow:
    """One story: the body, a header, a note, a text box."""

    __slots__ = ("_cells", "_had_cells", "_line", "changes", "character_count", "passages", "where")

    def __init__(self, where: str) -> None:
        """Begin the story that passages will be said to stand in."""
        self.where = where
        self.passages: list[Passage] = []
        self.changes: list[Passage] = []
        self.character_count = 0
        self._line = _Line()
        self._cells: list[tuple[list[str], list[str]]] = []
        """Of the row that is open: each cell's paragraphs, now and before."""
        self._had_cells = False

    def add(self, text: str, state: int = 0) -> None:
        """Add text: state 0 is in both versions, +1 was inserted, -1 was deleted."""
        self.character_count += len(text)
        self._line.add(text, state)

    def end_paragraph(self, *, is_in_table: bool = False) -> None:
        """End a paragraph; inside a table its text goes to the open cell."""
        now, before = self._taken()
        if is_in_table:
            self._to_cell(now, before)
            return
        if self._cells:
            self.end_row()
        self._tell(self.where, now, before)

    def end_cell(self) -> None:
        """End a cell of the open row."""
        now, before = self._taken()
        self._to_cell(now, before)
        self._had_cells = True
        self._cells.append(([], []))

    def end_row(self) -> None:
        """End the row: one passage, cells parted by tabs."""
        now, before = self._taken()
        if now or before:
            self._to_cell(now, before)
        if self._cells:
            cells = self._cells if any(self._cells[-1]) or not self._had_cells else self._cells[:-1]
            where = "table" if self.where == "body" else self.where
            self._tell(
                where,
                "\t".join(" ".join(now) for now, _ in cells),
                "\t".join(" ".join(before) for _, before in cells),
            )
        self._cells, self._had_cells = [], False

    def finish(self) -> None:
        """End whatever is open."""
        if self._cells:
            self.end_row()
        else:
            self.end_paragraph()

    def _taken(self) -> tuple[str, str]:
        line, self._line = self._line, _Line()
        now = normalised("".join(line.now))
        return now, now if line.before is None else normalised("".join(line.before))

    def _to_cell(self, now: str, before: str) -> None:
        if not self._cells:
            self._cells.append(([], []))
        cell = self._cells[-1]
        if now.strip():
            cell[0].append(now)
        if before.strip():
            cell[1].append(before)

    def _tell(self, where: str, now: str, before: str) -> None:
        if now.strip():
            self.passages.append(Passage(where=where, text=now))
        if before != now and before.strip():
            self.changes.append(Passage(where=f"{where} before change", text=before))
