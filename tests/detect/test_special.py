import pytest

from gallra.detect.special import is_greeting
from gallra.detect.ties import OFFICES


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Anna Karlsson är sjukskriven till maj.", "HEALTH"),
        ("Kari Nilsen er sykmeldt 50 prosent.", "HEALTH"),
        ("Kari Nilsen er sjukmeld.", "HEALTH"),
        ("Anna Karlsson har fått diagnosen utmattningssyndrom.", "HEALTH"),
        ("Anna Karlsson är medlem i Unionen sedan 2010.", "UNION_MEMBERSHIP"),
        ("Kari Nilsen er medlem i Finansforbundet.", "UNION_MEMBERSHIP"),
        ("Ola Moen er fagorganisert.", "UNION_MEMBERSHIP"),
        ("Medlemsnr;Namn\n12345;Anna Karlsson\n12346;Erik Öberg\n", "UNION_MEMBERSHIP"),
        ("Anna Karlsson är muslim och vill ha ledigt.", "RELIGION"),
        ("Kari Nilsen stiller for Arbeiderpartiet.", "POLITICAL_OPINION"),
        ("Anna Karlsson är homosexuell.", "SEX_LIFE"),
        ("Ola Moen ble dømt for promillekjøring.", "CRIMINAL_OFFENCE"),
        ("Anna Karlssons fingeravtryck lagras.", "BIOMETRIC_OR_GENETIC"),
        ("Anna Karlsson har samisk bakgrund.", "ETHNIC_ORIGIN"),
    ],
)
def test_a_word_beside_a_person_tells_of_the_person(find, text, category):
    assert category in find(text).special_categories


@pytest.mark.parametrize(
    "text",
    [
        "Policy: sjukskrivna ska följas upp av chefen. Sjukfrånvaron ska minska.",
        "Sykefravær er et tema på møtet. Sykmeldte skal følges opp.",
        "Alla medlemmar i Unionen har rätt till rådgivning.",
        "Religiösa helgdagar regleras i avtalet.",
        "Kontakt: Anna Karlsson\n\nSjukfrånvaro anmäls till chefen.",
        "Hei alle!\nMøtet er flyttet til torsdag.\nKari Nilsen\nHovedtillitsvalgt",
    ],
)
def test_a_text_about_a_subject_holds_nobodys(find, text):
    assert find(text).special_categories == ()


@pytest.mark.parametrize(
    "text",
    [
        "Ola Moen er ikke medlem i fagforeningen.",
        "Anna Karlsson står utanför facket.",
        "Kari Nilsen er uorganisert.",
        "Anna Karlsson gick ur facket i maj.",
        "Ola Moen has left the union.",
    ],
)
def test_that_somebody_is_no_member_is_as_much_about_them(find, text):
    assert find(text).special_categories == ("UNION_MEMBERSHIP",)


@pytest.mark.parametrize(
    "text",
    [
        "Kari Nilsen er tillitsvalgt.",
        "Årsmötet valde Anna Karlsson till klubbordförande.",
        "Ny plasstillitsvald er Kari Nilsen.",
    ],
)
def test_an_office_in_a_union_is_told_apart_from_membership(find, text):
    (finding,) = [each for each in find(text).findings if each.entity == "UNION_MEMBERSHIP"]
    assert finding.recognizer == OFFICES


def test_membership_is_not_said_to_be_an_office(find):
    findings = find("Kari Nilsen er medlem i Finansforbundet.").findings
    assert OFFICES not in {each.recognizer for each in findings}


@pytest.mark.parametrize(
    "text",
    [
        "Anna Karlsson är HR-chef och möter facket.",
        "Kari Nilsen er verneombud på lageret.",
        "Kari Nilsen er medlem av styret i borettslaget.",
        "Vi informerte de tillitsvalgte. Hilsen Kari Nilsen, personalsjef",
    ],
)
def test_an_employers_office_and_another_body_are_no_union(find, text):
    assert find(text).special_categories == ()


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Hej Anna,\nJag hörde att du är sjukskriven.", True),
        ("Hej Anna,\nOm du blir sjuk ska du ringa växeln.", False),
        ("Kari Nilsen ringte. Hun er sykmeldt ut mai.", True),
        ("Kari Nilsen holder kurs om oppfølging av sykmeldte.", False),
        ("Namn;Orsak\nAnna Karlsson;sjuk\n", True),
        ("Namn;Orsak\nAnna Karlsson;semester\n", False),
    ],
)
def test_the_sentence_decides_of_whom_a_word_is_said(find, text, is_told):
    assert ("HEALTH" in find(text).special_categories) is is_told


def test_a_writer_who_says_i_tells_of_themselves(find):
    text = "Kari Nilsen <kari@example.no>\nklubb@example.no\nHei, eg er sjukmeld til påske."
    assert find(text).special_categories == ("HEALTH",)


@pytest.mark.parametrize("word", ["sykmeldt ", "Anna är ", "medlem. ", "x;", "\n", "og ", "hon "])
def test_a_long_text_of_one_word_is_read_to_its_end(find, word):
    detection = find("Kari Nilsen " + word * 30_000)
    assert detection.incomplete is None


@pytest.mark.parametrize(
    ("text", "is_verb"),
    [
        ("Kari har bett mig hälsa att hon kommer", True),
        ("Hälsa till Anna från mig", True),
        ("Hälsa Anna", True),
        ("Kan du hälsa henne?", True),
        ("Hennes hälsa är dålig", False),
        ("nedsatt hälsa till följd av stress", False),
        ("Hälsa och säkerhet", False),
    ],
)
def test_to_greet_somebody_says_nothing_about_their_health(text, is_verb):
    start = text.casefold().index("hälsa")
    assert is_greeting(text, start, start + 5) is is_verb
