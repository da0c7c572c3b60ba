import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.detect.language import SAMPLE, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hej, vi ses på mötet och pratar om hur det ska bli med lönen.", "sv"),
        ("Hei, vi møtes på torsdag og snakker om hvordan det skal bli. Jeg kommer ikke.", "nb"),
        ("Hei, vi møtest på torsdag og snakkar om korleis det skal bli. Eg kjem ikkje.", "nn"),
        ("Hello, we will meet and talk about what should be done with the salary.", "en"),
        ("", "other"),
        ("12345;67890;;;", "other"),
        ("Namn\tFødselsnummer\tStilling\tÅrsløn\tNy løn\tMerknad\nKari\t1\tleiar\t2\t3\t", "nn"),
        ("Navn\tFødselsnummer\tStilling\tÅrslønn\tNy lønn\tMerknad\nKari\t1\tleder\t2\t3\t", "nb"),
        ("Namn\tPersonnummer\tBefattning\tLön\nKarin\t1\ttekniker\t2", "sv"),
        ("Deltagarlista sommarträffen 2022", "sv"),
        ("Medlemsliste Eksempelforbundet, Lager", "nb"),
        ("Ärendet avslutades.", "sv"),
    ],
)
def test_words_endings_and_letters_tell_the_language(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Hallo, wir treffen uns und sprechen darüber, wie es weitergeht.",
        "Der Vorstand hat beschlossen, dass die Mitglieder am Montag über die Löhne sprechen.",
        "Bestyrelsen har besluttet, at alle bør komme, og at der bliver sendt et brev ud til jer.",
        "Hvad siger I til at mødes på lørdag? Jeg synes, vi skal gøre noget ved lønnen nu.",
        "Hallitus on päättänyt, että kaikkien tulisi osallistua, mutta se ei ole varmaa.",
        "Zarząd postanowił, że wszyscy powinni przyjść, bo to jest ważne dla nas i dla innych.",
        "Het bestuur heeft besloten dat iedereen moet komen, ook als je niet kan.",
        "Le bureau a décidé que tout le monde doit venir pour la réunion des membres.",
        "La junta ha decidido que todos los miembros deben venir a la reunión.",
        "Stjórnin hefur ákveðið að allir félagsmenn eigi að mæta á fundinn.",
        "Juhatus on otsustanud, et kõik liikmed peaksid tulema koosolekule.",
    ],
)
def test_a_text_in_another_language_is_not_the_one_that_it_is_least_unlike(text):
    assert language_of(text) == "other"


def test_names_and_addresses_of_a_header_tell_no_language():
    header = "Jürgen Müller <juergen.mueller@mail.der-und-die.example>\n" * 3
    assert language_of(header + "Hei, eg kjem ikkje på møtet, sjå vedlegget.") == "nn"


@given(st.text(max_size=300))
def test_any_text_has_one_of_the_five_answers(text):
    assert language_of(text) in {"sv", "nb", "nn", "en", "other"}


def test_what_stands_beyond_the_sample_changes_nothing():
    text = "vi har talat om saken " * (SAMPLE // 22 + 1)
    assert language_of(text[:SAMPLE] + "the and of to " * 9_000) == language_of(text) == "sv"
