"""Names in every spelling that was listed are found, in every format; nobody else is taken."""

import io
import os
import random
import zipfile
from email.message import EmailMessage

import docx
import pytest

from gallra.duties.seeking import digests_of, nominate, own_words
from gallra.duties.sighting import Reader
from gallra.model.access import Certainty, Person
from gallra.policy.recognising import likeness_of
from gallra.service.scanning import Scanner

PEOPLE = (
    ("Anna Maria", "Åsgård"), ("Kristian", "Østby"), ("Ingrid", "von Essen"),
    ("Bjørn Håkon", "Sæther"), ("Lars-Erik", "Öberg"), ("Sofia", "Lindqvist Berg"),
    ("Åse", "Kjærstad"), ("Tomas", "Wikström"), ("Kari", "Nilsen"), ("Mohammed", "Al-Hassan"),
    ("Jörgen", "Hägg"), ("Katarzyna", "Nowak"), ("Siv", "Dahl"), ("Per", "Lund"), ("Maja", "Ek"),
    ("Eivind", "Aasen"), ("Anna", "Nilsen"), ("Maria", "Åsgård"),
)  # fmt: skip
"""Invented; the last two share a name with others."""
SAMPLED = (0, 1, 3, 5, 8, 16, 17)
IS_FULL = bool(os.environ.get("GALLRA_TEST_FULL"))
SENTENCES = (
    "Vi träffade {} i går om schemat.",
    "Jeg snakket med {} i går om vaktlisten.",
    "Protokoll fört av sekreteraren.\n\nNärvarande: {}, ordföranden och kassören.",
    "Hej!\n\n{} har hört av sig om ersättningen och vill ha svar på fredag.\n\nStyrelsen",
    "Møtet ble ledet av {}.",
    "Ärendet gäller {} och rör uppsägningen.",
)
_PLAIN = {"å": "aa", "ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe"}
_PLAIN |= {letter.upper(): other.capitalize() for letter, other in _PLAIN.items()}


def listed_forms(given, surname):
    """Every way in which a listed name may stand, with nothing of it left out."""
    whole = f"{given} {surname}"
    yield whole
    yield f"{surname}, {given}"
    yield whole + ("'" if whole[-1] in "sx" else "s")
    yield whole.translate(str.maketrans(_PLAIN))
    yield whole.upper()
    yield whole.translate(str.maketrans("äöÄÖ", "æøÆØ"))
    yield f"{given};{surname}"
    yield f"{surname};{given}"


def shorter_forms(given, surname):
    """Ways that may mean somebody else."""
    yield f"{given[0]}. {surname}"
    if " " in given:
        yield f"{given.partition(' ')[0]} {surname}"


@pytest.fixture
def planted(club):
    """Return the club, and by person the files that are about them, listed and shortened."""
    drawn, number = random.Random(3), 0
    wanted = range(len(PEOPLE)) if IS_FULL else SAMPLED
    found = {}
    for index in wanted:
        given, surname = PEOPLE[index]
        files = found[given, surname] = ({}, {})
        forms = [(0, form) for form in listed_forms(given, surname)]
        forms += [(1, form) for form in shorter_forms(given, surname)]
        for sort, form in forms * (3 if IS_FULL else 1):
            number += 1
            name, content = written(number, form, drawn)
            files[sort][name] = form
            club.write("gemensam", {name: content})
    club.scan()
    return club, found


def written(number, form, drawn):
    """Return one file in which ``form`` stands, in one of several formats."""
    if ";" in form:
        return f"{number:04d}.csv", f"Namn;Efternamn;Ort\n{form};Visby\n"
    text = drawn.choice(SENTENCES).format(form)
    match number % 4:
        case 0:
            return f"{number:04d}.txt", text
        case 1:
            document = docx.Document()
            for line in filter(None, text.split("\n")):
                document.add_paragraph(line)
            held = io.BytesIO()
            document.save(held)
            return f"{number:04d}.docx", held.getvalue()
        case 2:
            message = EmailMessage()
            message["From"], message["To"] = "styrelsen@example.org", "klubben@example.org"
            message.set_content(text)
            return f"{number:04d}.eml", message.as_bytes()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("a.txt", text)
    return f"{number:04d}.zip", held.getvalue()


def test_ninety_eight_of_a_hundred_names_are_found_and_no_other_person(planted):
    club, people = planted
    sought = missed = weak = 0
    with club.open() as house, Scanner(digest_keys=house.keys.digest_keys()) as scanner:
        for (given, surname), (listed, shorter) in people.items():
            found = found_for(Person(names=(f"{given} {surname}",)), house, scanner)
            sought += len(listed)
            missed += len(set(listed) - set(found))
            weak += len(set(shorter) - set(found))
            assert not {
                name for name, certainty in found.items()
                if certainty is not Certainty.DOUBTFUL and name not in {**listed, **shorter}
            }  # fmt: skip
            assert all(
                found.get(name, Certainty.DOUBTFUL) is Certainty.DOUBTFUL for name in shorter
            )

    assert sought >= 50
    assert missed <= sought * 0.02
    assert weak <= 1 + sought * 0.02


def found_for(person, house, scanner):
    """Return by the name of its file how sure it is that it is about ``person``."""
    likeness = likeness_of(person, digests_of(person, house.keys.digest_keys()))
    reader = Reader(house, scanner, own_words(house, person))
    return {
        os.fsdecode(sighting.item.record.path): sighting.certainty
        for file_id in nominate(house, likeness, is_whole=False).file_ids
        for sighting in reader.sightings(house.catalogue.records_of_file(file_id), likeness)
        if sighting.certainty is not None
    }
