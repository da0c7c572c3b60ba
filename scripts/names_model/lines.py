"""Lines as a club has them, made up: tables, signatures, headers, attendance, minutes, short notes.

News holds none of these, and a model trained on news alone loses half of the names in them.
"""

import re
from collections.abc import Callable  # noqa: TC003 - annotations are evaluated
from random import Random

from names_model.corpora import Sentence
from names_model.line import Line, lower, replaced
from names_model.names import Names

_ROLES = [
    "leder", "nestleder", "kasserer", "sekretær", "styremedlem", "varamedlem", "tillitsvalgt",
    "verneombud", "ordförande", "kassör", "sekreterare", "ledamot", "suppleant", "skyddsombud",
    "revisor", "leiar", "skrivar", "montør", "operatør", "lagerarbeider", "svetsare",
    "elektriker", "snickare", "renhold", "hovedtillitsvalgt", "klubbordförande", "valberedning",
    "vikar", "timvikarie",
]  # fmt: skip
_STATES = [
    "aktiv", "passiv", "betalt", "ubetalt", "ja", "nej", "nei", "heltid", "deltid", "100%",
    "80%", "sykmeldt", "permittert", "A", "B", "X", "ny", "utmeldt", "utträdd", "inskriven",
    "fast", "vikariat", "1", "0",
]  # fmt: skip
_HEADINGS = [
    "navn", "fornavn", "etternavn", "telefon", "epost", "adresse", "avdeling", "medlemsnr",
    "født", "dato", "namn", "förnamn", "efternamn", "personnummer", "avdelning",
    "medlemsnummer", "belopp", "beløp", "kontingent", "stilling", "befattning", "merknad",
    "status", "rolle", "e-post", "mobil", "fornamn", "etternamn",
]  # fmt: skip
_HOSTS = ["example.no", "example.se", "example.org", "example.com"]
_ASCII = str.maketrans("åäöæøéüó", "aaoaoeuo")
_GREETINGS = {
    "no": (
        "Med vennlig hilsen", "Mvh", "Hilsen", "Vennlig hilsen", "Venleg helsing",
        "Med venleg helsing", "MVH", "Helsing", "Hilsen fra",
    ),
    "sv": (
        "Med vänlig hälsning", "Mvh", "Hälsningar", "Vänligen", "Med vänliga hälsningar", "MVH",
        "Hälsar", "/",
    ),
}  # fmt: skip
_SALUTES = {
    "no": ("Hei", "Hallo", "Heisann", "Kjære", "God dag", "Morn", "Hei igjen"),
    "sv": ("Hej", "Hejsan", "Tjena", "Bästa", "Hallå", "God morgon", "Hej igen"),
}
_OFFICES = "Styret Klubben Styrelsen Administrasjonen Lønningskontoret Ledelsen".split()  # noqa: SIM905 - a list of words
_ATTENDANCE = (
    "Tilstede", "Møtte", "Frammøtte", "Deltakere", "Deltagare", "Närvarande ledamöter",
    "Frånvarande", "Fravær", "Vararepresentanter", "Valgkomité", "Valda", "Ansvarlig",
    "Saksbehandler", "Handläggare", "Medlemmer", "Vidare", "Innkalt", "Kontaktperson", "Namn",
    "Navn", "Ansatt", "Anställd", "Justerare", "Protokollførar", "Til stades",
)  # fmt: skip
_FIELDS = (
    "Fra", "Til", "Kopi", "Från", "Till", "Kopia", "From", "To", "Cc", "Avsender", "Mottaker",
    "Avsändare", "Frå",
)  # fmt: skip
_NOTES = {
    "no": (
        "{a} har snakka med {n} om dette.", "kan noen si fra til {n}?", "jeg snakket med {n} i går",
        "{n} er på ferie til uke 32", "{n} ble innkalt til drøftingsmøte.",
        "Advarsel til {n} datert {d}", "saken til {n} er avsluttet", "Lønnsslipp for {n}",
        "hvem har vakt, {n} eller {n}?", "Vi foreslår {n} som ny kasserer.",
        "oppsigelse av {n} per {d}", "{n} vart valt til nestleiar", "{n}: ok for meg",
        "eg trur {n} sa det", "takk {n}", "{n} ({r}) orienterte om saka.",
        "Krav fra {n} på etterbetaling", "Skjema utfylt av {n}", "{n} mot bedriften",
        "Sak {i}: Permisjonssøknad - {n}", "{g} søknad om permisjon", "{g} vakt er ledig",
        "Som vara møter {n}.", "{r} {n} ønsket velkommen.",
    ),
    "sv": (
        "kan någon säga till {n}?", "jag pratade med {n} igår", "{n} är sjuk idag",
        "Varning till {n} den {d}", "Lönespec för {n}", "Vi föreslår {n} som ny kassör.",
        "{n} har begärt tjänstledigt från {d}", "ärendet rör {n}", "tack {n}",
        "{n}: funkar för mig", "vem jobbar, {n} eller {n}?", "{n} ({r}) redogjorde för ärendet.",
        "Krav från {n} om övertidsersättning", "Ifyllt av {n}", "{n} mot bolaget",
        "Till val av ordförande nominerades {n}.", "mötet öppnades av {n}",
        "Tvisteförhandling ang. {n}", "{g} ansökan om ledighet", "{g} anställning upphör {d}",
        "Till justerare valdes {n}.", "{r} {n} hälsade välkommen.",
    ),
}  # fmt: skip


class Writer:
    """Writes lines; the same seed gives the same ones."""

    def __init__(self, sources: list[Sentence], names: Names, random: Random) -> None:
        """Take words, organisations and places from ``sources``, persons from ``names``."""
        self._random = random
        self._names = names
        found: dict[str, set[str]] = {"ORG": set(), "LOC": set(), "PER": set()}
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
        line = self._random.choices(kinds, (0.30, 0.18, 0.10, 0.17, 0.17, 0.08))[0]()
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
        host = self._random.choice(_HOSTS)
        return local.lower().translate(_ASCII).replace(" ", "") + "@" + host

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
            ("id", "role", "state", "phone", "mail", "date", "ORG", "LOC", "phrase"),
            random.randint(0, 4),
        )
        columns.insert(random.randint(0, len(columns)), "name")
        if random.random() < 0.3:  # noqa: PLR2004 - some have a heading
            case = random.choice((str, str.title, str.upper))
            line.add(gap.join(case(random.choice(_HEADINGS)) for _ in columns) + "\n")
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
            line.add(random.choice((str, str.capitalize))(random.choice(_ROLES)))
        elif column == "state":
            line.add(random.choice(_STATES))
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
            line.add(random.choice(_SALUTES[self._language]) + random.choice((" ", " ", ", ")))
            self._name(line, random.choice(("first", "first", "first last")))
            line.add(random.choice((",", "!", ".", "")) + "\n")
        if random.random() < 0.6:  # noqa: PLR2004 - most
            line.add(random.choice(self._plain) + "\n")
        line.add(random.choice(_GREETINGS[self._language]))
        line.add(random.choice(("\n", " ", "\n\n", ", ")))
        who = ("post", "kontor")
        if random.random() < 0.88:  # noqa: PLR2004 - most
            styles = ("first last", "first last", "first last", "first", "middle", "initial")
            who = self._name(line, random.choice(styles))
        else:
            line.add(random.choice(_OFFICES))
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
        for heading in random.sample(_FIELDS, random.randint(1, 3)):
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
                    line.add(f" ({random.choice(_ROLES)})")
            line.add("\n")
        line.add(random.choice(("Emne", "Ämne", "Subject", "Sendt", "Skickat", "Dato")) + ": ")
        return line.add(self._phrase() if random.random() < 0.7 else self._date())  # noqa: PLR2004 - most

    def _attendance(self) -> Line:
        random = self._random
        line = Line()
        line.add(random.choice(_ATTENDANCE) + random.choice((": ", ":\n", " - ", "\t")))
        gap = random.choice((", ", ", ", "\n- ", "\n", " og ", " och ", "; ", "\n* ", " / "))
        for number in range(random.choice((1, 2, 3, 4))):
            line.add(gap if number else "")
            styles = ["first last", "first last", "first last", "middle", "initial", "first"]
            styles += [] if gap == ", " else ["LAST first", "last, first"]
            self._name(line, random.choice(styles))
            if random.random() < 0.25:  # noqa: PLR2004 - some
                line.add(f" ({random.choice(_ROLES)})")
        return line

    def _note(self) -> Line:
        random = self._random
        line = Line()
        is_low = random.random() < 0.3  # noqa: PLR2004 - some
        for part in re.split(r"(\{\w\})", random.choice(_NOTES[self._language])):
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
            elif part == "{r}":
                line.add(random.choice(_ROLES))
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
                line.add(f"{random.choice(_HEADINGS).upper()}: {random.choice(_STATES)}")
        return line
