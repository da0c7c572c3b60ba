"""Every mistake is told with its line, all at once, in file order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.retention import RetentionSchedule
from gallra.rules.loading import RulesError, load, parse

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
SHIPPED = Path(__file__).parents[2] / "rules.toml"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_exactly_these_complaints(path):
    with pytest.raises(RulesError) as refused:
        load(str(path))

    told = [f"{each.line}: {each.message.in_english()}" for each in refused.value.complaints]
    assert told == path.with_suffix(".expected").read_text("utf-8").splitlines()


def test_there_is_a_broken_file_for_every_sort_of_mistake():
    assert len(BROKEN) >= 30


def test_every_complaint_is_one_line_and_in_file_order():
    for path in BROKEN:
        complaints = parse(path.read_bytes(), path=str(path))
        lines = [each.line for each in complaints]
        assert lines == sorted(lines)
        assert all(each.message.in_english().isprintable() for each in complaints)


def test_a_missing_file_is_told_without_a_line(tmp_path):
    with pytest.raises(RulesError) as refused:
        load(str(tmp_path / "rules.toml"))

    assert [each.line for each in refused.value.complaints] == [0]
    assert refused.value.path == str(tmp_path / "rules.toml")


def test_a_directory_is_told_without_a_line(tmp_path):
    with pytest.raises(RulesError) as refused:
        load(str(tmp_path))

    assert refused.value.complaints[0].line == 0


def test_a_file_that_is_too_large_is_not_parsed(complaints_of):
    assert complaints_of("#" * 80 + "\n" + "a = 1\n" * 2_000_000) == [
        "0: the file is larger than 1048576 bytes"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "[\n" * 100_000,
        "a = " + "{ b = " * 600,
        ".".join("a" * 1_900) + " = 1\n",
        "[[" * 1_500,
        '"' * 4_000,
        "'''" + "\n" * 100_000,
        "\\" * 3_999,
        "= = =\n" * 100_000,
        "[a]\n" * 100_000,
        "\x00" * 3_000,
        "\r" * 3_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_hostile_file_is_refused_and_not_followed(text, complaints_of):
    assert complaints_of(text)


def test_a_thousand_mistakes_are_all_told(good, complaints_of):
    told = complaints_of(good + "".join(f"[class.c{n}]\nkepe = 1\n" for n in range(1_000)))

    assert sum("did you mean" in each for each in told) == 1_000


def test_the_complaint_of_a_class_is_on_the_line_of_its_key(good, complaints_of):
    assert complaints_of(good.replace("keep =", "kepe =")) == [
        '15: class salary-list: unknown key "kepe"; did you mean "keep"?'
    ]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('"keep" = 4', 15),
        ("'keep' = 4", 15),
        ("keep = 4 # years", 15),
        ('authority = """\nF15.5"""\nkeep = 4', 16),
        ("\n\n  keep\t=\t4", 17),
    ],
)
def test_a_key_is_found_however_it_is_written(good, complaints_of, written, line):
    text = good.replace('authority = "F15.5"\n', "") if "authority" in written else good
    told = complaints_of(text.replace('keep = "4 years"', written))

    assert told == [
        f"{line}: class salary-list: keep: a text in quotation marks is expected, not a number"
    ]


@given(content=st.binary(max_size=200))
def test_no_bytes_make_the_loader_fall(content):
    assert not isinstance(parse(content, path="x"), RetentionSchedule)


@given(data=st.data())
def test_no_cut_or_swap_in_the_shipped_file_makes_the_loader_fall(data):
    content = SHIPPED.read_bytes()
    at = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 50))
    put = data.draw(st.sampled_from([b"", b'"', b"[", b"]", b"{", b"'''", b"=", b"\n", b"\xff"]))
    parsed = parse(content[:at] + put + content[at + length :], path="x")

    if not isinstance(parsed, RetentionSchedule):
        assert parsed
        assert all(each.message.in_english() for each in parsed)
