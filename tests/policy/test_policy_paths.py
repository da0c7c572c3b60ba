"""What patterns on paths match."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.paths import literal, matches, normalised


def naive(names, pattern):
    """The definition, word for word, as slow as it is plain."""
    if not pattern:
        return not names
    if pattern[0] == "**":
        if len(pattern) == 1:
            return bool(names)
        return any(naive(names[at:], pattern[1:]) for at in range(len(names) + 1))
    return bool(names) and naive_name(names[0], pattern[0]) and naive(names[1:], pattern[1:])


def naive_name(name, pattern):
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(naive_name(name[at:], pattern[1:]) for at in range(len(name) + 1))
    return bool(name) and pattern[0] in {"?", name[0]} and naive_name(name[1:], pattern[1:])


names = st.text("ab.[", min_size=1, max_size=5)
pieces = st.one_of(st.text("ab*?.[", min_size=1, max_size=5), st.just("**"))


@given(
    path=st.lists(names, min_size=1, max_size=5), pattern=st.lists(pieces, min_size=2, max_size=5)
)
def test_the_fast_way_says_what_the_plain_way_says(path, pattern):
    pattern = [piece if piece.strip("*") or len(piece) <= 2 else "**" for piece in pattern]
    pattern = [piece.replace("**", "*") if piece != "**" else piece for piece in pattern]

    assert matches("/".join(path), "/".join(pattern)) == naive(path, pattern)


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("**/lön*/**", "Klubb/LÖNER 2024/a.xlsx", True),
        ("**/lön*/**", "lönelista.xlsx", False),
        ("*.xlsx", "a/b/C.XLSX", True),
        ("a/*.x", "a/c/b.x", False),
        ("**", "x", True),
        ("a/**", "a", False),
        ("a/", "a/b/c", True),
        ("a/**/b", "a/b", True),
        ("a[1].txt", "a[1].txt", True),
        ("?.txt", "å.txt", True),
        ("a\n*", "a\nb", True),
        ("*", "\udcff", True),
        ("straße", "STRASSE", True),
    ],
)
def test_a_pattern_matches_what_the_page_says(pattern, path, is_match):
    assert matches(normalised(path.encode("utf-8", "surrogateescape")), pattern) is is_match


def test_how_an_umlaut_is_composed_does_not_count():
    for form in ("NFC", "NFD"):
        path = unicodedata.normalize(form, "Löner/Ålesund.csv").encode()
        assert matches(normalised(path), unicodedata.normalize("NFD", "lön*/å*"))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "/x", "a" * 250 + "/b"),
        ("**/a/" * 20 + "b", "a/" * 2_000 + "c"),
        ("**/*a*a*a*a*b/**", "a" * 255 + "/" + "a" * 255),
        ("?*" * 50 + "x", "a" * 255),
    ],
)
def test_no_pattern_and_no_path_take_for_ever(pattern, path):
    assert not matches(path, pattern)


@given(path=st.lists(st.binary(min_size=1, max_size=8), min_size=2, max_size=4))
@pytest.mark.parametrize("hard", [b"[a] *?", b"**", b"\xff", "*e\u0301\u0338".encode(), b" "])
def test_every_path_fits_the_pattern_that_stands_for_it(path, hard):
    whole = b"/".join(name.replace(b"/", b"*").replace(b"\0", b"?") for name in [hard, *path])

    pattern = literal(whole)

    pattern.encode("utf-8")
    assert matches(normalised(whole), pattern)


def test_the_pattern_of_a_path_fits_no_other_name_with_brackets():
    assert not matches(normalised(b"share/[b].txt"), literal(b"share/[a].txt"))
    assert not matches(normalised(b"share/a.txt"), literal(b"share/[a].txt"))
