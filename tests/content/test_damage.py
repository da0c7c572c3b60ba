"""Damage: whatever is cut off or flipped, reading ends with an honest outcome, and soon.

Every damaged file goes through the real worker. It may be read in part, or not at all; it
may be called read in full only if all its words were found, or if it is whole by itself.
"""

import os
import random

import pytest
from damage_samples import WORDS, Sample, samples

from gallra.model.finding import PartReport
from gallra.model.passage import Outcome, Part

TRIES = 60 if os.environ.get("GALLRA_TEST_FULL") else 8
NAMES = (
    "brev.txt", "lista.csv", "bred.txt", "sida.html", "brev.rtf", "brev.eml", "brev.mbox",
    "brev.docx", "bok.xlsx", "brev.pdf", "arkiv.zip", "lagrat.zip", "arkiv.7z", "lagrat.7z",
    "arkiv.tar", "arkiv.tar.gz", "brev.txt.gz", "brev.txt.bz2", "brev.txt.xz",
)  # fmt: skip


@pytest.fixture(scope="module", name="samples")
def _samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    return samples(tmp_path_factory.mktemp("samples"))


def damaged(content: bytes, name: str, tries: int) -> list[tuple[str, bytes]]:
    """Return so many truncations and so many files with flipped bytes, always the same ones."""
    chance = random.Random(name)
    found = []
    for _ in range(tries):
        at = chance.randrange(len(content))
        found.append((f"cut at {at}", content[:at]))
    for _ in range(tries):
        flipped = bytearray(content)
        places = [chance.randrange(len(content)) for _ in range(chance.choice((1, 5, 50)))]
        for at in places:
            flipped[at] ^= chance.randrange(1, 256)
        found.append((f"flipped at {places}", bytes(flipped)))
    return found


def is_read_in_full(reports: tuple[PartReport, ...]) -> bool:
    return all(report.outcome is Outcome.READ for report in reports)


def words_in(reports: tuple[PartReport, ...]) -> list[int]:
    text = "\n".join(p.text for report in reports for p in report.passages or ())
    return [text.count(word) for word in WORDS]


def test_every_sample_is_listed(samples) -> None:
    assert set(samples) == set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_damaged_file_is_called_read_in_full_when_text_is_missing(worker, samples, name) -> None:
    sample = samples[name]
    undamaged, _ = worker.read(name, sample.content, wants_text=True)
    assert is_read_in_full(undamaged.reports)
    expected = words_in(undamaged.reports)
    assert min(expected) >= 12
    for what, content in damaged(sample.content, name, TRIES):
        finished, _ = worker.read(name, content, wants_text=True)
        assert not finished.is_lost, what
        assert [report.address for report in finished.reports].count("") == 1, what
        for report in finished.reports:
            assert (report.reason is None) is (report.outcome is Outcome.READ), what
        if is_read_in_full(finished.reports) and content:
            found = words_in(finished.reports)
            is_less = any(now < then for now, then in zip(found, expected, strict=True))
            assert not is_less or sample.is_valid(content), (name, what, found, expected)
    assert worker.started_count == 1


def check(parts: list[Part]) -> None:
    addresses = [part.address for part in parts]
    assert addresses.count("") == 1
    assert len(set(addresses)) == len(addresses)
    for part in parts:
        assert (part.reason is None) is (part.outcome is Outcome.READ)
        if part.reason is not None:
            assert part.reason.in_english()
        assert "\0" not in part.text


@pytest.mark.parametrize("name", [*NAMES, "skadad.doc"])
def test_truncated_and_flipped_files_end_with_an_outcome(read, samples, name: str) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20
    content = samples[name].content if name in samples else head
    for _, each in damaged(content, f"{name} again", 30):
        check(read(each, name))


def test_a_shape_under_any_name_is_read_alike(read, samples) -> None:
    for name, sample in samples.items():
        if name == "lista.csv":
            continue  # a table is a table by its name
        kinds = {read(sample.content, other)[-1].kind for other in (name, "", "x.dat")}
        assert len(kinds) == 1, name
