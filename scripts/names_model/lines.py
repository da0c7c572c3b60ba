"""Lines as a club has them, made up: tables, signatures, headers, attendance, minutes, short notes.

News holds none of these, and a model trained on news alone loses half of the names in them.
"""

import re
from collections.abc import Callable  # noqa: TC003 - annotations are evaluated
from random import Random

from names_model.corpora import Sentence
from names_model.line import Line, lower, replaced
from names_model.names import Names
from names_model.phrases import (
    ASCII,
    ATTENDANCE,
    DAYS,
    FIELDS,
    GREETINGS,
    HEADINGS,
    HOSTS,
    MORE_HEADINGS,
    NOTES,
    OFFICES,
    REMARKS,
    ROLES,
    SALUTES,
    STATES,
)


class Writer:
    """Writes lines; the same seed gives the same ones."""

    def __init__(self, sources: list[Sentence], names: Names, random: Random) -> None:
        """Take words, organisations and places from ``sources``, persons from ``names``."""
        self._random = random
        self._names = names
        found: dict[str, set[str]] = {"ORG": set(), "LOC": set(), "PER": set(), "MISC": set()}
        for sentence in sources:
            for start, end, kind in sentence.spans:
                if end - start > 2:  # noqa: PLR2004 - abbreviations are of no use alone
                    found[kind].add(sentence.text[start:end])
        self._found = {kind: sorted(each) for kind, each in found.items()}
        self._plain = [each.text for each in sources if not each.spans]
        self._language = "no"

    def made_up(self) -> Sentence:
        """Return a line of one of the kinds."""
        self._language = self._random.choice(("no", "no", "sv"))
        kinds: tuple[Callable[[], Line], ...] = (
            self._table, self._signature, self._header, self._attendance, self._note, self._empty,
        )  # fmt: skip
        line = self._random.choices(kinds, (0.28, 0.16, 0.10, 0.16, 0.22, 0.08))[0]()
        return Sentence(text=line.text, spans=tuple(line.spans), language=self._language)

    def altered(self, sentence: Sentence) -> Sentence:
        """Return ``sentence`` with other persons in it, or in another case."""
        random = self._random
        self._language = sentence.language
        text, spans = sentence.text, sentence.spans
        if random.random() < 0.5:  # noqa: PLR2004 - half of them
            text, spans = replaced(text, spans, self._other)
        chance = random.random()
        if chance < 0.45:  # noqa: PLR2004 - nearly half
            text = lower(text)
        elif chance < 0.60:  # noqa: PLR2004 - a seventh
            text = text.upper() if len(text.upper()) == len(text) else text
        elif chance < 0.70:  # noqa: PLR2004 - a tenth: the names alone
            text, spans = replaced(
                text, spans, lambda name, kind: self._cased(name) if kind == "PER" else name
            )
        return Sentence(text=text, spans=tuple(spans), language=sentence.language)

    def _other(self, name: str, kind: str) -> str:
        if kind != "PER" or self._random.random() < 0.25:  # noqa: PLR2004 - some stay
            return name
        count = name.count(" ") + 1
        if count == 1:
            return self._given() if self._random.random() < 0.5 else self._family()  # noqa: PLR2004 - either
        if count > 2 and self._random.random() < 0.5:  # noqa: PLR2004 - three names
            return f"{self._given()} {self._family()} {self._family()}"
        return f"{self._given()} {self._family()}"

    def _given(self) -> str:
        return self._names.given(self._language, self._random)

    def _family(self) -> str:
        return self._names.family(self._language, self._random)

    def _cased(self, name: str) -> str:
        chance = self._random.random()
        if chance < 0.15 and len(name.upper()) == len(name):  # noqa: PLR2004 - shares of lines
            return name.upper()
        return lower(name) if chance < 0.27 else name  # noqa: PLR2004 - as above

    def _phrase(self) -> str:
        random = self._random
        words = random.choice(self._plain).split() or ["tekst"]
        count = random.randint(1, min(5, len(words)))
        at = random.randint(0, len(words) - count)
        phrase = " ".join(words[at : at + count]).strip('.,;:!?"()«»”\u2013- ')
        chance = random.random()
        if chance < 0.5:  # noqa: PLR2004 - shares of lines
            return phrase[:1].upper() + phrase[1:]
        return phrase.upper() if chance < 0.6 else phrase  # noqa: PLR2004 - as above

    def _mail(self, given: str, family: str) -> str:
        local = self._random.choice(
            (f"{given}.{family}", f"{given[:1]}{family}", f"{given}_{family}", family)
        )
        host = self._random.choice(HOSTS)
        return local.lower().translate(ASCII).replace(" ", "") + "@" + host

    def _phone(self) -> str:
        r = self._random.randint
        return self._random.choice(
            (
                f"{r(40, 99)} {r(10, 99)} {r(10, 99)} {r(10, 99)}",
                f"07{r(0, 9)}-{r(1000000, 9999999)}",
                f"+47 {r(40000000, 99999999)}",
                f"{r(400, 999)} {r(10, 99)} {r(100, 999)}",
                f"08-{r(100, 999)} {r(10, 99)} {r(10, 99)}",
            )
        )

    def _date(self) -> str:
        r = self._random.randint
        return self._random.choice(
            (
                f"{r(1, 28)}.{r(1, 12)}.{r(1950, 2024)}",
                f"{r(1950, 2024)}-{r(1, 12):02d}-{r(1, 28):02d}",
                f"{r(40, 99)}{r(1, 12):02d}{r(1, 28):02d}",
            )
        )

    def _name(self, line: Line, style: str) -> tuple[str, str]:
        random = self._random
        given, family = self._given(), self._family()
        case = random.choice((str, str, str, str, str, str, str.upper, lower))
        first, last = case(given), case(family)
        middle = random.choice((family, self._given(), f"{given[0]}."))
        written = {
            "last, first": f"{last}, {first}",
            "LAST first": f"{family.upper()} {given}",
            "last first": f"{last} {first}",
            "first": first,
            "last": last,
            "initial": random.choice((f"{given[0]}. {family}", f"{given} {family[0]}")),
            "middle": f"{first} {case(middle)} {last}",
        }.get(style, f"{first} {last}")
        line.add(written, "PER")
        return given, family

    def _table(self) -> Line:
        random = self._random
        line = Line()
        gap = random.choice((";", ",", "\t", "|", " | ", " ; ", "; ", ", ", "  "))
        quote = '"' if gap.strip() in {";", ","} and random.random() < 0.3 else ""  # noqa: PLR2004 - some
        style = random.choice(
            ("last, first", "first last", "first last", "two", "two", "last first", "LAST first",
             "first")
        )  # fmt: skip
        if gap.strip() == "," and style == "last, first" and not quote:
            style = "two"
        columns = random.sample(
            (
                "id",
                "role",
                "state",
                "phone",
                "mail",
                "date",
                "ORG",
                "LOC",
                "phrase",
                "remark",
                "day",
            ),
            random.randint(0, 4),
        )
        columns.insert(random.randint(0, len(columns)), "name")
        if random.random() < 0.3:  # noqa: PLR2004 - some have a heading
            case = random.choice((str, str.capitalize, str.title, str.upper))
            headings = random.choice((HEADINGS, HEADINGS + MORE_HEADINGS))
            line.add(gap.join(case(random.choice(headings)) for _ in columns) + "\n")
        is_of_persons = random.random() > 0.15  # noqa: PLR2004 - few are not
        is_first_first = random.random() < 0.5  # noqa: PLR2004 - either
        for row in range(random.choice((1, 1, 1, 2, 3, 5))):
            line.add("\n" if row else "")
            who = ("kari", "nilsen")
            for number, column in enumerate(columns):
                line.add((gap if number else "") + quote)
                if column == "name":
                    who = self._name_cell(
                        line, style, quote + gap + quote, is_of_persons, is_first_first
                    )
                else:
                    self._cell(line, column, who)
                line.add(quote)
        return line

    def _name_cell(
        self,
        line: Line,
        style: str,
        gap: str,
        is_of_persons: bool,  # noqa: FBT001 - drawn once for a table
        is_first_first: bool,  # noqa: FBT001 - as above
    ) -> tuple[str, str]:
        if not is_of_persons:
            if self._random.random() < 0.5:  # noqa: PLR2004 - either
                line.add(self._phrase())
            else:
                line.add(self._random.choice(self._found["ORG"]), "ORG")
            return ("post", "kontor")
        if style != "two":
            return self._name(line, style)
        given, family = self._given(), self._family()
        one, two = (given, family) if is_first_first else (family, given)
        line.add(one, "PER").add(gap).add(two, "PER")
        return given, family

    def _cell(self, line: Line, column: str, who: tuple[str, str]) -> None:
        random = self._random
        if column in {"ORG", "LOC"}:
            line.add(random.choice(self._found[column]), column)
        elif column == "role":
            line.add(random.choice((str, str.capitalize))(random.choice(ROLES)))
        elif column == "day":
            line.add(random.choice(DAYS[self._language]))
        elif column == "remark":
            line.add(random.choice((str, str.capitalize))(random.choice(REMARKS)))
        elif column == "state":
            line.add(random.choice(STATES))
        elif column == "mail":
            line.add(self._mail(*who))
        elif column == "id":
            line.add(str(random.randint(1, 99999)))
        else:
            line.add({"phone": self._phone, "date": self._date}.get(column, self._phrase)())

    def _signature(self) -> Line:
        random = self._random
        line = Line()
        if random.random() < 0.5:  # noqa: PLR2004 - either
            line.add(random.choice(SALUTES[self._language]) + random.choice((" ", " ", ", ")))
            self._name(line, random.choice(("first", "first", "first last")))
            line.add(random.choice((",", "!", ".", "")) + "\n")
        if random.random() < 0.6:  # noqa: PLR2004 - most
            line.add(random.choice(self._plain) + "\n")
        line.add(random.choice(GREETINGS[self._language]))
        line.add(random.choice(("\n", " ", "\n\n", ", ")))
        who = ("post", "kontor")
        if random.random() < 0.88:  # noqa: PLR2004 - most
            styles = ("first last", "first last", "first last", "first", "middle", "initial")
            who = self._name(line, random.choice(styles))
        else:
            line.add(random.choice(OFFICES))
        for _ in range(random.randint(0, 4)):
            line.add(random.choice(("\n", "\n", " | ", ", ")))
            column = random.choice(("role", "phone", "mail", "ORG", "LOC", "phrase"))
            if column == "phone":
                line.add(random.choice(("Tlf: ", "Tel ", "Mob. ", "Mobil: ", "T: ", "Telefon ")))
            self._cell(line, column, who)
        return line

    def _header(self) -> Line:
        random = self._random
        line = Line()
        for heading in random.sample(FIELDS, random.randint(1, 3)):
            line.add(f"{heading}: ")
            for number in range(random.choice((1, 1, 1, 2, 3))):
                line.add(random.choice(("; ", ", ")) if number else "")
                quote = random.choice(("", "", '"', "'"))
                line.add(quote)
                styles = ("first last", "first last", "last, first", "middle")
                who = self._name(line, random.choice(styles))
                line.add(quote)
                chance = random.random()
                if chance < 0.6:  # noqa: PLR2004 - most
                    line.add(f" <{self._mail(*who)}>")
                elif chance < 0.7:  # noqa: PLR2004 - some
                    line.add(f" ({random.choice(ROLES)})")
            line.add("\n")
        line.add(random.choice(("Emne", "Ämne", "Subject", "Sendt", "Skickat", "Dato")) + ": ")
        return line.add(self._phrase() if random.random() < 0.7 else self._date())  # noqa: PLR2004 - most

    def _attendance(self) -> Line:
        random = self._random
        line = Line()
        line.add(random.choice(ATTENDANCE) + random.choice((": ", ":\n", " - ", "\t")))
        gap = random.choice((", ", ", ", "\n- ", "\n", " og ", " och ", "; ", "\n* ", " / "))
        for number in range(random.choice((1, 2, 3, 4))):
            line.add(gap if number else "")
            styles = ["first last", "first last", "first last", "middle", "initial", "first"]
            styles += [] if gap == ", " else ["LAST first", "last, first"]
            self._name(line, random.choice(styles))
            if random.random() < 0.25:  # noqa: PLR2004 - some
                line.add(f" ({random.choice(ROLES)})")
        return line

    def _note(self) -> Line:
        random = self._random
        line = Line()
        is_low = random.random() < 0.4  # noqa: PLR2004 - some
        language = "en" if random.random() < 0.12 else self._language  # noqa: PLR2004 - few
        for part in re.split(r"(\{\w\})", random.choice(NOTES[language])):
            if part in {"{n}", "{g}"}:
                given, family = self._given(), self._family()
                name = random.choice(
                    (f"{given} {family}", f"{given} {family}", given, family,
                     f"{given[0]}. {family}", f"{given} {self._family()} {family}")
                )  # fmt: skip
                line.add(lower(name) if is_low else name, "PER")
                if part == "{g}" and not name.endswith("s"):
                    line.add("s")
            elif part == "{d}":
                line.add(self._date())
            elif part == "{i}":
                line.add(str(random.randint(1, 30)))
            elif part == "{p}":
                line.add(self._phone())
            elif part == "{w}":
                day = random.choice(DAYS[language])
                line.add(lower(day) if is_low else random.choice((day, day, day.lower())))
            elif part == "{r}":
                line.add(random.choice(ROLES))
            elif part == "{a}":
                line.add(random.choice(("Klubben", "Styret", "Vi", "Leiaren")))
            else:
                line.add(lower(part) if is_low else part)
        return line

    def _empty(self) -> Line:
        """Return a line without persons: as many names are seen as lists of other things."""
        random = self._random
        line = Line()
        gap = random.choice(("\n", "\n", "; ", "\t", " - "))
        for number in range(random.randint(1, 4)):
            line.add(gap if number else "")
            chance = random.random()
            if chance < 0.6:  # noqa: PLR2004 - shares of lines
                line.add(self._phrase())
            elif chance < 0.85:  # noqa: PLR2004 - as above
                kind = random.choice(("ORG", "ORG", "LOC"))
                line.add(random.choice(self._found[kind]), kind)
            else:
                heading = random.choice(HEADINGS + MORE_HEADINGS)
                case = random.choice((str.upper, str.capitalize))
                line.add(f"{case(heading)}: {random.choice(STATES)}")
        return line
