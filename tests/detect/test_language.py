import pytest

from gallra.detect.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hej, vi ses på mötet och pratar om hur det ska bli med lönen.", "sv"),
        ("Hei, vi møtes på torsdag og snakker om hvordan det skal bli. Jeg kommer ikke.", "nb"),
        ("Hei, vi møtest på torsdag og snakkar om korleis det skal bli. Eg kjem ikkje.", "nn"),
        ("Hello, we will meet and talk about what should be done with the salary.", "en"),
        ("Hallo, wir treffen uns und sprechen darüber, wie es weitergeht.", "other"),
        ("", "other"),
        ("12345;67890;;;", "other"),
    ],
)
def test_function_words_tell_the_language(text, language):
    assert language_of(text) == language
