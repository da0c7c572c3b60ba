"""The help, in three languages, and the page that is made from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from gallra.cli.main import main
from gallra.cli.reference import page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("användning: gallra", "flaggor:", "kommandon:", "visa den här hjälpen")),
        ("nb", ("bruk: gallra", "valg:", "kommandoer:", "vis denne hjelpen")),
        ("en", ("usage: gallra", "options:", "commands:", "show this help message")),
    ],
)
def test_help_speaks_the_language_asked_for(capsys, language, words):
    assert main(["--lang", language, "--help"]) == 0

    out = capsys.readouterr().out
    assert all(word in out for word in words)


def test_mistakes_are_said_in_the_language_asked_for(capsys):
    assert main(["hold", "place", "--lang", "sv"]) == 2

    assert capsys.readouterr().err.startswith("gallra: det saknas: REFERENS")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("finding", "list", "--kind"), "'open-recipients', "),
        (("incident", "assess", "2026-1", "--risk"), "'unlikely', "),
        (("incident", "letter", "2026-1", "--to"), "'officer', "),
    ],
)
def test_what_may_be_chosen_is_said_as_it_is_typed(capsys, words, first):
    assert main([*words, "no-such-thing", "--lang", "sv"]) == 2

    said = capsys.readouterr().err
    assert f"välj bland {first}" in said
    assert "<" not in said


def test_the_language_of_the_rules_is_spoken(club, capsys):
    club.write_rules(language="nb")

    assert main(["--rules", str(club.rules), "check"]) == 0
    assert "reglene holder" in capsys.readouterr().out


def test_the_environment_outranks_the_rules(club, capsys, monkeypatch):
    club.write_rules(language="nb")
    monkeypatch.setenv("GALLRA_LANG", "sv")

    assert main(["--rules", str(club.rules), "check"]) == 0
    assert "reglerna håller" in capsys.readouterr().out


def test_the_reference_page_is_what_the_parser_says():
    assert (ROOT / "docs/reference/commands.md").read_text("utf-8") == page()


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom gallra.cli.main import main\nmain(['--help'])\n"
        "heavy = {'rich', 'sqlite3', 'presidio_analyzer', 'spacy', 'lxml', 'numpy', 'msgspec'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stderr == b"[]\n"
