"""Lines of JSON, tables, progress: fit to be shown whatever is in them."""

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from gallra.model.errors import WrongUseError
from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.report import jsonlines, tables
from gallra.report.language import translator
from gallra.report.progress import Lines, Shown, Silent
from gallra.report.terminal import Terminal
from gallra.rules.complaint import Complaint, RulesError


@given(st.binary().map(lambda name: name.replace(b"\0", b"")))
def test_any_path_is_one_line_of_valid_utf8_and_comes_back(name):
    line = jsonlines.line(jsonlines.path_keys(name))

    line.encode("utf-8")
    assert len(line.splitlines()) == 1
    value = json.loads(line)
    assert as_bytes(value["path"]) == name
    assert ("path_b64" in value) is not _is_utf8(name)


def _is_utf8(name):
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_letters_stay_letters():
    assert jsonlines.line({"a": "Åse Øst 日本"}) == '{"a": "Åse Øst 日本"}'


def test_plain_tables_align_and_escape():
    lines = list(tables.plain(("a", "b"), [("x", "1"), ("long\n", "[red]2")]))

    assert lines == ["a       b", "x       1", r"long\n  [red]2"]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_a_row_is_always_one_line(rows):
    for line in tables.plain(("a", "b"), rows):
        assert len(line.splitlines()) <= 1


def test_framed_tables_take_no_markup():
    stream = io.StringIO()
    tables.framed(("a",), [("[bold]x[/bold] \x1b[31m",)], stream)

    assert r"[bold]x[/bold] \x1b[31m" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_a_script_hears_no_sentences():
    out = io.StringIO()
    terminal = Terminal(translator("en"), is_json=True, out=out, err=io.StringIO())

    terminal.tell(said("no holds"))
    terminal.emit({"a": 1})

    assert out.getvalue() == '{"a": 1}\n'


def test_a_complaint_about_a_whole_file_has_no_line_number():
    err = io.StringIO()
    terminal = Terminal(translator("en"), out=io.StringIO(), err=err)

    whole, line = (Complaint(line=number, message=said("no holds")) for number in (0, 7))
    terminal.refuse(RulesError("a\nb.toml", (whole,)))
    terminal.refuse(RulesError("rules.toml", (line,)))

    assert err.getvalue().splitlines() == [r"a\nb.toml: no holds", "rules.toml:7: no holds"]


def test_a_refusal_that_is_no_mistake_in_rules_bears_our_name():
    err = io.StringIO()
    terminal = Terminal(translator("en"), out=io.StringIO(), err=err)

    terminal.refuse(WrongUseError(said("no holds"), said("holds")))

    assert err.getvalue().splitlines() == ["gallra: no holds", "gallra: holds"]


def test_plain_progress_speaks_now_and_then():
    stream = io.StringIO()
    lines = Lines(translator("sv"), stream)
    lines.begin(said("Making the plan"), 1200)
    for _ in range(1200):
        lines.advance()
    lines.end()
    lines.end()

    assert stream.getvalue().splitlines() == [
        "Gör upp planen (0/1200)",
        "Gör upp planen (500/1200)",
        "Gör upp planen (1000/1200)",
        "Gör upp planen (1200/1200)",
    ]


def test_quiet_progress_is_silent():
    stream = io.StringIO()
    with Shown(translator("en"), stream=stream, quiet=True) as progress:
        assert isinstance(progress, Silent)
        progress.begin(said("Making the plan"))
        progress.advance()
        progress.note(said("no holds"))
        progress.end()

    assert stream.getvalue() == ""


class _Screen(io.StringIO):
    def isatty(self):
        return True


def test_a_person_at_a_terminal_sees_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = _Screen()
    with Shown(translator("en"), stream=stream) as progress:
        progress.begin(said("Making the plan"), 2)
        progress.advance(2)
        progress.note(said("no holds"))
        progress.end()

    assert "Making the plan" in stream.getvalue()
    assert "no holds" in stream.getvalue()
