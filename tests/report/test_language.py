"""Messages become sentences: right language, right form, nothing hidden in a value."""

import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.passage import Outcome
from gallra.model.record import Act, RecordState
from gallra.model.retention import Action, Mode, Period, Trigger
from gallra.model.share import ShareRole, ShareState
from gallra.report.counting import counted
from gallra.report.language import (
    LANGUAGES,
    chosen,
    in_language,
    language_of_rules,
    placeholders,
    translator,
)
from gallra.report.periods import spoken
from gallra.report.words import named

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "daemon/gallra/locale"
ENUMERATIONS = (Outcome, RecordState, Act, Action, Mode, Trigger, Deed, ShareState, ShareRole)


@pytest.mark.parametrize(
    ("option", "environment", "rules", "expected"),
    [
        ("nb", {"GALLRA_LANG": "sv"}, "en", "nb"),
        (None, {"GALLRA_LANG": "sv", "LANG": "nb_NO.UTF-8"}, "nb", "sv"),
        (None, {"LANG": "sv_SE.UTF-8"}, "nb", "nb"),
        (None, {"LANG": "sv_SE.UTF-8"}, None, "sv"),
        (None, {"LANG": "nn_NO"}, None, "nb"),
        (None, {"LANG": "no_NO@euro"}, None, "nb"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "sv_SE"}, None, "en"),
        (None, {"GALLRA_LANG": "klingon"}, None, "en"),
        (None, {}, None, "en"),
        ("", {"GALLRA_LANG": ""}, "", "en"),
    ],
)
def test_the_first_who_asks_for_a_language_gets_it(option, environment, rules, expected):
    assert chosen(option=option, environment=environment, rules=rules) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[organisation]\nname = "x"\nlanguage = "nb" # mål\n[share.a]\n', "nb"),
        ("[organisation]\nlanguage = 'sv'\n", "sv"),
        ('[organisation]\nname = "broken\nlanguage = "sv"\n', "sv"),
        ('[other]\nlanguage = "sv"\n', None),
        ('[organisation]\nname = "x"\n[other]\nlanguage = "sv"\n', None),
        ("", None),
    ],
)
def test_the_language_is_found_even_in_rules_that_do_not_hold(text, expected):
    assert language_of_rules(text) == expected


@pytest.mark.parametrize(("count", "words"), [(0, "0 filer"), (1, "1 fil "), (2, "2 filer")])
def test_numbers_decide_the_form(count, words):
    message = counted("{count} file in the shares", "{count} files in the shares", count=count)

    assert translator("sv")(message).startswith(words)


def test_values_are_escaped():
    message = said("{path}: {problem}", path="a\n\x1b[31m\u202e", problem="{path}")

    assert translator("en")(message) == r"a\n\x1b[31m\u202e: {path}"


def test_codes_become_words():
    message = said(
        "class {code} ({authority}): {period} from {start} ends on {day}",
        code="salary-list", authority="F15.5", period="P4Y", start="2019-12-31", day="2023-12-31",
    )  # fmt: skip

    assert "4 år" in translator("nb")(message)
    assert "4 years" in translator("en")(message)


@given(st.text(), st.dictionaries(st.sampled_from("abc"), st.text(), max_size=3))
def test_no_stored_message_can_make_a_report_fail(template, values):
    message = Message(template, tuple(sorted(values.items())))

    for language in LANGUAGES:
        assert isinstance(translator(language)(message), str)


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_name_in_every_language(enumeration, language):
    for code in enumeration:
        assert translator(language)(named(code))


def test_periods_are_spoken():
    period = Period(years=1, months=6)

    assert spoken(period, translator("sv")) == "1 år, 6 månader"
    assert spoken(Period(), translator("en")) == "no time at all"


def test_a_text_falls_back_to_english_and_then_to_what_there_is():
    assert in_language((("sv", "Lön"), ("en", "Pay")), "nb") == "Pay"
    assert in_language((("sv", "Lön"),), "nb") == "Lön"
    assert in_language((), "nb") == ""


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_placeholders_are_those_of_the_source(language):
    with (LOCALES / language / "LC_MESSAGES/gallra.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if not message.id or "%" in str(message.id):
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.id, tuple) else (message.string,)
        for text in filter(None, texts):
            assert placeholders(text) in {placeholders(source) for source in sources}, text


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_no_translation_ends_otherwise_than_its_source(language):
    with (LOCALES / language / "LC_MESSAGES/gallra.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            ends_in_stop = message.id.endswith((".", " "))
            assert not message.string or message.string.endswith((".", " ")) is ends_in_stop, (
                message.id
            )


def test_the_translations_are_complete_and_compiled():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/translate", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_placeholders_are_named():
    assert placeholders("{a} {b:>3} {{c}}") == {"a", "b"}
    assert string.Formatter().parse("")
