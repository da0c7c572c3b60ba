"""What is noted while a document is checked, until it is handed over in file order."""

import difflib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping

from gallra.model.message import Message, said
from gallra.rules.complaint import Complaint, quoted
from gallra.rules.positions import Key, place_of
from gallra.rules.syntax import Reading

_LONGEST_GUESS = 64
_MOST_GUESSES = 700
"""More candidates than there are time zones: comparing each with each would take too long."""
_FAR = 1 << 60


class Notes:
    """Complaints about one reading, with the line of each."""

    def __init__(self, reading: Reading) -> None:
        """Begin with what the reading itself complained about."""
        self.reading = reading
        self._found = list(reading.complaints)
        self._meant: set[Key] = set()
        self._tables = [line for line, opens_table in reading.positions.statements if opens_table]

    def line_of(self, key: Key) -> int:
        """Return the line on which ``key`` stands."""
        return self.reading.positions.line_of(key)

    def complain(self, key: Key, message: Message) -> None:
        """Note a mistake at ``key``; the message's ``{where}`` becomes its name."""
        values = (*message.values, ("where", place_of(key)))
        self._found.append(
            Complaint(
                line=self.line_of(key), message=Message(message.template, tuple(sorted(values)))
            )
        )

    def complain_of_file(self, message: Message) -> None:
        """Note that the file as a whole lacks something; its line is the first."""
        self._found.append(Complaint(line=1, message=message))

    def complain_of_missing(self, table: Key, name: str) -> None:
        """Note that ``name`` is missing.

        Nothing is said where it was probably misspelt, or may stand in an unreadable line.
        """
        line = self.line_of(table) if table else 1
        after = bisect_right(self._tables, line)
        end = self._tables[after] if after < len(self._tables) else _FAR
        if self.reading.is_hurt(line, end) or self.is_misspelt((*table, name)):
            return
        if table:
            self.complain(table, said('{where}: the key "{key}" is missing', key=name))
        else:
            self.complain_of_file(said('the key "{key}" is missing', key=name))

    def complain_of_unknown(
        self, key: Key, known: Collection[str], meant: Mapping[str, str] | None = None
    ) -> None:
        """Note that nobody reads ``key``, and what may have been meant.

        Args:
            key: What is unknown.
            known: What may stand there.
            meant: What people write, and what it is called here; ``known`` by itself without.
        """
        where, name = place_of(key[:-1]), quoted(str(key[-1]))
        words = meant or {word: word for word in known}
        guess = nearest(str(key[-1]), words)
        if guess:
            guess = words[guess]
            self._meant.add((*key[:-1], guess))
        if where and guess:
            message = said(
                '{where}: unknown key "{key}"; did you mean "{suggestion}"?',
                where=where,
                key=name,
                suggestion=guess,
            )
        elif where:
            message = said(
                '{where}: unknown key "{key}"; it can be {allowed}',
                where=where,
                key=name,
                allowed=", ".join(known),
            )
        elif guess:
            message = said(
                'unknown key "{key}"; did you mean "{suggestion}"?', key=name, suggestion=guess
            )
        else:
            message = said(
                'unknown key "{key}"; it can be {allowed}', key=name, allowed=", ".join(known)
            )
        self._found.append(Complaint(line=self.line_of(key), message=message))

    def is_misspelt(self, key: Key) -> bool:
        """Tell whether something unknown stands where ``key`` was probably meant."""
        return key in self._meant

    def in_file_order(self) -> tuple[Complaint, ...]:
        """Return all complaints, each once, by line; on one line as they were found."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda complaint: complaint.line))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that ``word`` was probably meant to be."""
    if len(word) > _LONGEST_GUESS:
        return None
    by_folded = {_folded(candidate): candidate for candidate in sorted(known)}
    if len(by_folded) > _MOST_GUESSES:
        return by_folded.get(_folded(word))
    close = difflib.get_close_matches(_folded(word), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def _folded(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
