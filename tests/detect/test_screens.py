"""What spares the recognizers work must never cost a finding."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallra.detect.lexicon import alternatives, sections
from gallra.detect.norwegian import (
    NorwegianAccounts,
    NorwegianBirthNumbers,
    NorwegianOrganisations,
)
from gallra.detect.phones import PhoneNumbers
from gallra.detect.recognizer import THRESHOLD, Reading, Recognizer
from gallra.detect.swedish import SwedishBirthNumbers, SwedishGiros, SwedishOrganisations
from gallra.detect.verdict import Mark, echoed
from gallra.detect.wording import Screen, Words


class WholeReading(Reading):
    """Shows patterns of numbers the whole text."""

    def numbers(self, pattern: re.Pattern[str], digits: int) -> Iterator[re.Match[str]]:
        assert digits >= 7
        return pattern.finditer(self.text)


NUMBERS = (
    "850101-1234", "19850101-1236", "1985-01-01-1236", "01018512345", "010185 12345",
    "1234.56.78903", "974760673", "NO 974 760 673 MVA", "SE212000014201", "212000-0142",
    "5402-9681", "BG 5402-9681", "pg 90 20 03-3", "070-174 06 05", "(08) - 123 456 78",
    "+46 (0)70 174 06 05", "0047 912 34 567", "912 34 567", "2024-03-12", "12.30", "100 000 kr",
)  # fmt: skip
BETWEEN = (" ", ", ", ";", "\t", "\n", ". ", "-", " - ", "/", "", " tel ", "     ")


@pytest.mark.parametrize(
    "recognizer",
    [
        SwedishBirthNumbers(), SwedishOrganisations(), SwedishGiros(), NorwegianBirthNumbers(),
        NorwegianAccounts(), NorwegianOrganisations(), PhoneNumbers(),
    ],
    ids=lambda each: type(each).__name__,
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(BETWEEN)), max_size=8))
@example([("01018512345", ", "), ("070-174 06 05", "")])
def test_no_number_is_lost_where_only_stretches_of_digits_are_looked_at(
    recognizer: Recognizer, pieces: list[tuple[str, str]]
) -> None:
    text = "".join(number + between for number, between in pieces)
    assert [each for each in recognizer.sightings(Reading(text=text)) if each[3] >= THRESHOLD] == [
        each for each in recognizer.sightings(WholeReading(text=text)) if each[3] >= THRESHOLD
    ]


CATEGORIES = sorted(sections("special"))
PATTERNS = [Words(alternatives("special", category)) for category in CATEGORIES]
SCREEN = Screen(pattern.pattern for pattern in PATTERNS)


@settings(deadline=None)  # the first search of each pattern builds its automaton
@given(
    st.lists(
        st.sampled_from(["sjukskriven", "SJUKMELDT", "medlem", "facket", "dømt", "kyrka", "æ", "0"])
        | st.text(max_size=12)
    ),
    st.sampled_from([" ", "", "\n", "-"]),
)
def test_one_pass_tells_the_patterns_that_each_search_would_find(
    words: list[str], between: str
) -> None:
    text = between.join(words).encode("utf-8", "replace").decode()
    assert sorted(SCREEN.occurring(text)) == [
        place for place, pattern in enumerate(PATTERNS) if pattern.search(text)
    ]


def test_a_long_text_without_a_pattern_in_common_is_screened_to_its_end() -> None:
    filling = " ".join(f"{first}{second:x}å" for first, second in pairwise(range(100_000)))
    assert list(SCREEN.occurring(filling)) == []
    found = SCREEN.occurring(filling + " sjukskriven")
    assert {CATEGORIES[place].partition(" ")[0] for place in found} == {"HEALTH"}


@given(
    st.lists(
        st.sampled_from(
            ["Kari", "Nilsen", "Nilsens", "Lund", "Lundgren", "Anna-Lund", "1Lund", "O'Lund", "\n"]
        ),
        max_size=30,
    )
)
def test_names_are_echoed_alike_in_short_texts_and_long_ones(words: list[str]) -> None:
    opening = "Kari Nilsen och Per Lund. "
    text = opening + " ".join(words)
    marks = [Mark("PERSON", 0, 11, 0.9, "Names"), Mark("PERSON", 16, 24, 0.9, "Names")]
    filling = "\n" + "x " * 100_000
    assert echoed(text, marks, most=1_000) == echoed(text + filling, marks, most=1_000)
