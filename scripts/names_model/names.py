"""Names to make training lines of, drawn as often as they are borne."""

import csv
import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

HELD_OUT = 25
"""Of a hundred names, so many are never in a training line: acceptance sets are made of them."""
_FAKER_BEARERS = 1000
_OFTEN = 5
"""Bearers from which the gazetteer knows a first name."""
_RARE_SHARE, _INVENTED_SHARE = 0.12, 0.12


def is_held_out(name: str) -> bool:
    """Tell whether ``name`` belongs to the acceptance sets."""
    digest = hashlib.md5(name.lower().encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 100 < HELD_OUT


@dataclass(frozen=True, slots=True)
class Urn:
    """Names with their weights, to draw from."""

    names: tuple[str, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, counts: Counter[str], power: float) -> "Urn":
        """Return the urn of ``counts``; a power below one gives rare names more room."""
        kept = sorted(counts)
        return cls(tuple(kept), tuple(accumulate(counts[name] ** power for name in kept)))

    def draw(self, random: Random) -> str:
        """Return one name."""
        return self.names[bisect_left(self.sums, random.random() * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Inventor:
    """Makes up names that look like those it was shown, letter by letter."""

    following: dict[str, str]
    """After two letters: the letters that follow, each as often as it does."""

    @classmethod
    def of(cls, names: Iterable[str]) -> "Inventor":
        """Return the inventor that was shown ``names``."""
        following: dict[str, list[str]] = {}
        for name in sorted(names):
            edged = f"^^{name.lower()}$"
            for at in range(2, len(edged)):
                following.setdefault(edged[at - 2 : at], []).append(edged[at])
        return cls({pair: "".join(letters) for pair, letters in following.items()})

    def draw(self, random: Random) -> str:
        """Return a name that may be nobody's; never one that is held out."""
        while True:
            made = "^^"
            while made[-1] != "$" and len(made) < 14:  # noqa: PLR2004 - longer than names are
                made += random.choice(self.following[made[-2:]])
            name = made[2:].rstrip("$").capitalize()
            if made[-1] == "$" and len(name) > 3 and not is_held_out(name):  # noqa: PLR2004 - shorter ones are words
                return name


def counted(path: Path, delimiter: str, *, least: int) -> Counter[str]:
    """Return how many bear each name of a csv file with a header, as written."""
    counts: Counter[str] = Counter()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in list(csv.reader(lines, delimiter=delimiter))[1:]:
            name = row[0].strip()
            if re.fullmatch(r"[^\W\d_]{2,}(?:[-'][^\W\d_]+)*", name) and int(row[1]) >= least:
                counts[name] += int(row[1])
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """First names and surnames by language; held-out ones only where ``is_held_out``."""

    first: dict[str, Urn]
    surname: dict[str, Urn]
    rare: Urn
    """First names from all over the world, each as often: most are on no list."""
    inventor: Inventor

    @classmethod
    def read(cls, folder: Path, *, is_for_acceptance: bool = False, power: float = 0.5) -> "Names":
        """Read ``names/``; training lines take the names that acceptance lines do not."""

        def urn(*parts: Counter[str]) -> Urn:
            total: Counter[str] = Counter()
            for part in parts:
                total.update(part)
            return Urn.of(
                Counter({n: c for n, c in total.items() if is_held_out(n) == is_for_acceptance}),
                power,
            )

        faker = Counter(
            {
                line.strip(): _FAKER_BEARERS
                for line in (folder / "faker-sv-etternavn.txt").read_text("utf-8").splitlines()
                if line.strip() and " " not in line.strip()
            }
        )
        listed = counted(folder / "scb-tilltalsnamn-kvinnor.csv", ",", least=1)
        listed += counted(folder / "scb-tilltalsnamn-man.csv", ",", least=1)
        rare = Counter({n: 1 for n, c in listed.items() if c < _OFTEN}) or listed
        norwegian = counted(folder / "ssb-etternavn-200.csv", ";", least=1)
        return cls(
            first={
                "sv": urn(
                    counted(folder / "scb-tilltalsnamn-kvinnor.csv", ",", least=20),
                    counted(folder / "scb-tilltalsnamn-man.csv", ",", least=20),
                ),
                "no": urn(counted(folder / "ssb-fornavn-10501-2024.csv", ";", least=1)),
            },
            surname={"sv": urn(faker), "no": urn(norwegian)},
            rare=urn(rare),
            inventor=Inventor.of([*rare, *norwegian]),
        )

    def _unlisted(self, random: Random) -> str:
        """Return, now and then, a name that the gazetteer does not hold."""
        chance = random.random()
        if chance < _RARE_SHARE:
            return self.rare.draw(random)
        return self.inventor.draw(random) if chance < _RARE_SHARE + _INVENTED_SHARE else ""

    def given(self, language: str, random: Random) -> str:
        """Return a first name, now and then a double or a foreign one."""
        unlisted = self._unlisted(random)
        if unlisted:
            return unlisted
        name = self.first[_where(language, random)].draw(random)
        if random.random() < 0.06:  # noqa: PLR2004 - a share of lines
            return f"{name}-{self.first[language].draw(random)}"
        return name

    def family(self, language: str, random: Random) -> str:
        """Return a surname, now and then a double one, or one made up of parts."""
        unlisted = self._unlisted(random)
        if unlisted:
            return unlisted
        chance = random.random()
        name = self.surname[_where(language, random)].draw(random)
        if chance < 0.05:  # noqa: PLR2004 - as above
            return f"{name}-{self.surname[language].draw(random)}"
        if chance < 0.13:  # noqa: PLR2004 - as above
            made = composed(language, random)
            return name if is_held_out(made) else made
        if chance < 0.17:  # noqa: PLR2004 - as above
            return f"{random.choice(_PARTICLES)} {name}"
        if chance < 0.30:  # noqa: PLR2004 - first names of the whole world serve as surnames too
            return self.first["sv"].draw(random)
        return name


_PARTICLES = ("af", "von", "de", "van", "bin", "al", "van der", "de la", "El")
_HEADS = {
    "sv": [
        "Lind",
        "Berg",
        "Sand",
        "Söder",
        "Norr",
        "Väster",
        "Ek",
        "Alm",
        "Björk",
        "Hag",
        "Häll",
        "Ny",
        "Ström",
        "Ahl",
        "Dahl",
        "Eng",
        "Fors",
        "Gran",
        "Hed",
        "Holm",
        "Kvarn",
        "Käll",
        "Ljung",
        "Löv",
        "Mård",
        "Nord",
        "Rosen",
        "Sjö",
        "Skog",
        "Stål",
        "Sund",
        "Wall",
        "Wahl",
        "Åker",
        "Öst",
        "Öh",
        "Zetter",
    ],
    "no": [
        "Lille",
        "Stor",
        "Nord",
        "Sør",
        "Øster",
        "Vester",
        "Berg",
        "Hau",
        "Bjør",
        "Gran",
        "Furu",
        "Lang",
        "Brei",
        "Hals",
        "Kvam",
        "Sol",
        "Rød",
        "Sand",
        "Stein",
        "Strand",
        "Svart",
        "Tor",
        "Troll",
        "Vinje",
        "Øy",
        "Ås",
        "Elve",
        "Fager",
        "Grøn",
        "Myr",
        "Nes",
        "Opp",
        "Ned",
        "Tveit",
        "Mo",
        "Ulv",
    ],
}
_TAILS = {
    "sv": [
        "qvist",
        "kvist",
        "gren",
        "ström",
        "berg",
        "lund",
        "mark",
        "stedt",
        "ell",
        "én",
        "in",
        "man",
        "löf",
        "blad",
        "dahl",
        "sten",
        "sjö",
        "feldt",
        "strand",
        "rot",
        "vall",
        "wall",
        "holm",
        "hammar",
        "brandt",
    ],
    "no": [
        "haug",
        "haugen",
        "bakken",
        "bakk",
        "moen",
        "mo",
        "dal",
        "dalen",
        "stad",
        "vik",
        "viken",
        "nes",
        "neset",
        "land",
        "rud",
        "sæter",
        "seter",
        "set",
        "eide",
        "heim",
        "hagen",
        "lien",
        "li",
        "stuen",
        "vold",
        "bø",
        "tveit",
        "gård",
        "by",
        "myr",
    ],
}


def composed(language: str, random: Random) -> str:
    """Return a surname made like those of farms and of soldiers."""
    return random.choice(_HEADS[language]) + random.choice(_TAILS[language])


def _where(language: str, random: Random) -> str:
    if random.random() < 0.25:  # noqa: PLR2004 - the other country's names
        return "no" if language == "sv" else "sv"
    return language
