import pytest


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
        "Kari Nilsen er tillitsvalgt.",
    ],
)
def test_a_text_about_a_subject_holds_nobodys(find, text):
    assert find(text).special_categories == ()
