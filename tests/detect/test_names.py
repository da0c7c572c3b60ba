import pytest


def persons(found, text):
    return [written for entity, written in found(text) if entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I går ringde Anna Karlsson om saken.", ["Anna Karlsson"]),
        ("Kari Nilsen og Per Olav Moen møtte.", ["Kari Nilsen", "Per Olav Moen"]),
        ("Nilsen, Kari", ["Nilsen, Kari"]),
        ("1234;Nilsen;Kari;x", ["Nilsen", "Kari"]),
        ("1234\tKari\tNilsen", ["Kari", "Nilsen"]),
        ("ANNA KARLSSON", ["ANNA KARLSSON"]),
        ("Anna-Karin Berg-Nilsen kom.", ["Anna-Karin Berg-Nilsen"]),
        ("Det var Carl von Essen som sa det.", ["Carl von Essen"]),
        ("Anna Karlssons ärende", ["Anna Karlssons"]),
        ("Björn Ljungströmquist", ["Björn Ljungströmquist"]),
        ("K. Nilsen", ["K. Nilsen"]),
        ("Anna B. Karlsson", ["Anna B. Karlsson"]),
        ("Kari Ås <kari.as@example.no>", ["Kari Ås"]),
        ("kari moen <kari@example.no>", ["kari moen"]),
        ('"Moen, Kari" <kari@example.no>', ["Moen, Kari"]),
        ("Vi pratade med Direktør Hansen.", ["Hansen"]),
        ("Sigríður Jónsdóttir", ["Sigríður Jónsdóttir"]),
        ("Møtet med Kari Nordmann er flyttet.", ["Kari Nordmann"]),
        ("Da kom Kari Fredag.", ["Kari"]),
    ],
)
def test_a_person_is_found_as_written(found, text, expected):
    assert persons(found, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Per dag kostar det lite.",
        "Mötet hölls i Stockholm och Oslo.",
        "Hansen AS leverte varene.",
        "Olof Palmes gata är stängd.",
        "Dag Hammarskjölds väg 5",
        "Du kan ringe oss.",
        "Styrelsen beslutade att Unionen svarar.",
        "Med Vänlig Hälsning",
        "I Dag Er Det Møte",
        "Klubben <klubben@example.se>",
    ],
)
def test_what_is_no_person_is_none(found, text):
    assert persons(found, text) == []


def test_a_column_of_names_needs_no_gazetteer(found):
    assert persons(found, "Namn;Avdelning\nXqzwe Vbnmk;IT\nkari moen;HR\n") == [
        "Xqzwe Vbnmk",
        "kari moen",
    ]
