"""Lines as a club has them, to measure by: formats and names that no training line has.

The names are those that ``names.is_held_out`` keeps out of training; the formats share no wording
with ``phrases`` (a test compares them).
"""

import re
from random import Random

from gallra.detect.gazetteer import Gazetteer
from names_model.corpora import Sentence
from names_model.line import Line
from names_model.names import Names, composed, is_held_out

FORMATS = (
    "{i}\t{L}\t{F}\t{d}\t{t}",
    "{L}; {F}; {i}",
    "{F} {L} \u2013 {p} \u2013 skift 2",
    "nr {i}: {L} {F} ({d})",
    '"{F}","{L}","{m}","{p}"',
    "| {F} {L} | {p} | {m} |",
    "* {L}, {F} ({t} stemmer)",
    "Oppmøte onsdag: {F} {L}, {F2} {L2}, {F3} {L3}",
    "Mötesdeltagare: {F} {L}; {F2} {L2}; {F3} {L3}",
    "Ordstyrer: {F} {L}. Referat ved {F2} {L2}.",
    "Valgt som vararepresentant ble {F} {L} med {t} stemmer.",
    "Nyvald efter {F} {L} blev {F2} {L2}.",
    "{F} {L} gjekk av etter åtte år på posten.",
    "Beste ønsker\n{F} {L}",
    "Allt gott,\n{F} {L}\nHuvudskyddsombud",
    "Reply-To: {F} {L} <{m}>",
    "Organizer: {F} {L}\nAttendees: {F2} {L2}; {F3} {L3}",
    "On {d}, {F} {L} <{m}> wrote:",
    "Den {d} skrev {F} {L}:",
    "{U} \u2013 LØNNSTRINN {t}",
    "LÖNEKRAV: {U} {d}",
    "{l}, {f} ({i})",
    "spør {f} {l} om nøkkelen",
    "glöm inte att ringa {f} {l} innan fredag",
    "eg såg ikkje {f} {l} på kurset",
    "{f0}. {L} har nøkkel nr {t}",
    "{F} {f0}. {L}\t{p}",
    "{FF} {L} ønsker ferie i uke {t}.",
    "{F} {LL} tar över passet på torsdag.",
    "Innmeldt: {F} {v} {L}, {d}",
    "{F} {v} {L}\t{i}\tfackligt aktiv",
    "Vi behandlet {F} {L}s krav om overtid.",
    "{F} {L}s lön ska rättas från {d}.",
    "Firmatecknare: {F} {L} och {F2} {L2}, två i förening.",
    "Underskrevet {d} av {F} {L}",
    "Ring {F} på {p} hvis noe skjer.",
    "Skiftbytte: {F} {L} <-> {F2} {L2}",
)
_GIVEN = [
    "Xochitl",
    "Thanh",
    "Zsófia",
    "Dilnoza",
    "Tsegay",
    "Kwabena",
    "Oluwaseun",
    "Bahtiyar",
    "Rukmini",
    "Nasrullah",
    "Yevhenia",
    "Goitom",
    "Torgunn",
    "Siobhan",
    "Ngozi",
    "Baozhen",
    "Nurlan",
    "Iekaterina",
    "Wambui",
    "Tuğçe",
    "Mbali",
    "Aoife",
    "Ximena",
    "Itzel",
    "Chidinma",
    "Ruvimbo",
    "Sinazo",
    "Zbigniewa",
    "Hüseyin",
    "Ahlem",
]
_FAMILY = [
    "Okonkwo",
    "Tesfamariam",
    "Bhattacharya",
    "Szczepański",
    "Hadžić",
    "Yildirim",
    "Gebremedhin",
    "Rakhmonov",
    "Nakamura",
    "Oyelaran",
    "Brzezińska",
    "Ruotsalainen",
    "Tveitereid",
    "Bjørhusdal",
    "Ljungsäter",
    "Sandhåla",
    "Mukherjee",
    "Wickramasinghe",
    "Kovačević",
    "Abdulkadir",
    "Etxeberria",
    "Ferreira",
    "Nwachukwu",
    "Papadopoulos",
    "Tshabalala",
    "Grigoryan",
    "Mwangi",
    "Kjølstadli",
    "Sæterøy",
    "Hjärtquist",
]
PARTICLES = ("von", "af", "de", "van", "av")
_NAMES = frozenset({"F", "L", "F2", "L2", "F3", "L3", "f", "l", "U", "f0", "v", "FF", "LL"})
_ASCII = str.maketrans("åäöæøéüó", "aaoaoeuo")


def lines(
    names: Names, gazetteer: Gazetteer, count: int, *, is_known: bool, seed: int = 7
) -> list[Sentence]:
    """Return ``count`` lines with the words of names as spans, the same for the same seed.

    Args:
        names: Read with ``is_for_acceptance``.
        gazetteer: Whose names are known, or none of which are.
        count: How many.
        is_known: Whether the names are drawn from the lists, or are on none of them.
        seed: Another gives other lines.
    """
    random = Random(seed)  # noqa: S311 - drawing lines, not secrets
    found: list[Sentence] = []
    while len(found) < count:
        language = random.choice(("no", "sv"))
        drawn = [_drawn(names, gazetteer, language, random, is_known=is_known) for _ in range(3)]
        found.append(_written(random.choice(FORMATS), drawn, language, random))
    return found


def _drawn(
    names: Names, gazetteer: Gazetteer, language: str, random: Random, *, is_known: bool
) -> tuple[str, str]:
    while True:
        if is_known:
            return names.first[language].draw(random), names.surname[language].draw(random)
        given = random.choice(_GIVEN) if random.random() < 0.5 else names.inventor.draw(random)  # noqa: PLR2004 - half of them
        family = random.choice(_FAMILY)
        if random.random() < 0.5:  # noqa: PLR2004 - as above
            family = composed(language, random) + random.choice(("", "", "a", "en"))
            if not is_held_out(family):
                continue
        lists = (gazetteer.first, gazetteer.surname)
        if not any(name.lower() in each for name in (given, family) for each in lists):
            return given, family


def _written(form: str, drawn: list[tuple[str, str]], language: str, random: Random) -> Sentence:
    (given, family), (second, other), (third, last) = drawn
    values = {
        "F": given, "L": family, "F2": second, "L2": other, "F3": third, "L3": last,
        "f": given.lower(), "l": family.lower(), "U": f"{given} {family}".upper(),
        "f0": given[0], "FF": f"{given}-{second}", "LL": f"{family}-{other}",
        "v": random.choice(PARTICLES),
        "p": f"{random.randint(400, 999)} {random.randint(10, 99)} {random.randint(100, 999)}",
        "d": f"{random.randint(10, 28)}.{random.randint(10, 12)}.{random.randint(1950, 2020)}",
        "i": str(random.randint(1000, 99999)),
        "t": str(random.randint(1, 60)),
        "m": f"{given[0]}{family}@example.org".lower().translate(_ASCII),
    }  # fmt: skip
    line = Line()
    for piece in re.split(r"(\{\w+\})", form):
        name = piece[1:-1] if piece.startswith("{") else ""
        line.add(values[name] if name else piece, "PER" if name in _NAMES else "")
    return Sentence(text=line.text, spans=tuple(line.spans), language=language)
