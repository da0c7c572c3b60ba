"""The scanner knows where everything stands that tomllib knows the value of."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.rules.positions import LostError, TooDeepError, scan

SHIPPED = Path(__file__).parents[2] / "rules.toml"

names = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ),
)
leaves = st.sampled_from(
    [
        "1", "-1_000", "0xff", "1e5", "inf", "true", "1979-05-27", "1979-05-27 07:32:00Z",
        '"a # b"', "'c ] d'", '"\\" = "', '""', '"""a\n"b" = 1\n[c]\n"""', "'''d\n'e'\n'''",
        '"""a"""""', "''''b'''''", '"""\\"""q"""',
    ]
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[\n  # ] \n" + ",\n".join(each) + "\n]"),
        st.dictionaries(names, inner.filter(lambda each: "\n" not in each), max_size=3).map(
            lambda each: "{ " + ", ".join(f"{key} = {value}" for key, value in each.items()) + " }"
        ),
    ),
    max_leaves=6,
)
statements = st.one_of(
    st.tuples(names, values).map(lambda pair: f"{pair[0]} = {pair[1]} # c\n"),
    st.tuples(names, names, values).map(lambda three: f"{three[0]} . {three[1]} = {three[2]}\n"),
    names.map(lambda name: f"[ {name} ]\n"),
    names.map(lambda name: f"[[{name}]]\n"),
    st.just("\n# [x] = 1\n"),
)


def keys_of(value, key=()):
    """Every key path in what tomllib made."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inner:
        yield (*key, name)
        if isinstance(each, dict | list):
            yield from keys_of(each, (*key, name))


@given(text=st.lists(statements, max_size=8).map("".join), is_windows=st.booleans())
def test_whatever_tomllib_reads_the_scanner_follows(text, is_windows):
    if is_windows:
        text = text.replace("\n", "\r\n")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError):
        return

    found = scan(text)

    assert set(keys_of(document)) <= set(found.lines)
    assert not found.repeated
    assert all(1 <= line <= text.count("\n") + 1 for line in found.lines.values())


def test_the_shipped_file_is_followed_to_the_last_key():
    text = SHIPPED.read_text("utf-8")

    assert set(keys_of(tomllib.loads(text))) <= set(scan(text).lines)


def test_lines_are_those_that_an_editor_shows():
    found = scan(
        "a = 1\n\n[b]\nc = [\n  1,\n\n  { d = 2 }, # }\n]\n[[e]]\n[[e]]\n"
        "'f'.\"g\" = '''\n\n'''\nh = 3"
    )

    assert found.lines == {
        ("a",): 1,
        ("b",): 3,
        ("b", "c"): 4,
        ("b", "c", 0): 5,
        ("b", "c", 1): 7,
        ("b", "c", 1, "d"): 7,
        ("e",): 9,
        ("e", 0): 9,
        ("e", 1): 10,
        ("e", 1, "f"): 11,
        ("e", 1, "f", "g"): 11,
        ("e", 1, "h"): 14,
    }


def test_every_repetition_is_seen():
    assert scan("a = 1\n[b]\nc = 1\nc = 2\n[b]\n").repeated == [(("b", "c"), 4), (("b",), 5)]


@pytest.mark.parametrize(
    "text", ["a = ", "a = [1", "[a", "a b", "= 1", 'a = "b', "a = {b = 1", "é = 1"]
)
def test_what_is_no_toml_loses_the_scanner_on_the_line_where_it_began(text):
    with pytest.raises(LostError) as lost:
        scan(f"\n{text}\n\n")

    assert lost.value.line == 2


@pytest.mark.parametrize("text", ["a = " + "[" * 13, "a" + ".a" * 13 + " = 1", "[a" + ".a" * 13])
def test_what_is_too_deep_is_left_alone(text):
    with pytest.raises(TooDeepError):
        scan(text)


def test_the_cost_grows_with_the_length_and_not_faster():
    """Ten times the text takes about ten times the steps: counted, not timed."""
    line = 'k{n} = [ "a", "b" ] # c\n'

    def found(count):
        return len(scan("".join(line.replace("{n}", str(n)) for n in range(count))).lines)

    assert found(10_000) == 10 * found(1_000)
