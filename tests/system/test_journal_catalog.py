"""What the daemon says has an entry in the journal's catalogue, in three languages, and back."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gallra.service.kinds import MESSAGE_IDS, message_id

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "systemd" / "gallra.catalog"
ENTRY = re.compile(r"^-- (?P<id>[0-9a-f]{32})(?: (?P<language>\w+))?$", re.MULTILINE)
LANGUAGES = {None, "sv", "nb"}
SPEAKS = {"say", "say_once", "complain"}

needs_systemd = pytest.mark.skipif(
    shutil.which("journalctl") is None, reason="systemd is not installed"
)


def entries():
    """Every entry as its id, its language and its text."""
    text = CATALOG.read_text("utf-8")
    found = list(ENTRY.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return [
        (each["id"], each["language"], text[each.end() : end])
        for each, end in zip(found, ends, strict=True)
    ]


def topics():
    """Every topic that the service speaks of, as far as its first word is written out."""
    for module in sorted((ROOT / "daemon" / "gallra" / "service").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in SPEAKS or "voice" not in ast.unparse(node.func.value):
                continue
            named = [each.value for each in node.keywords if each.arg == "topic"]
            yield f"{module.name}:{node.lineno}", (named or node.args)[0]


def test_every_id_has_its_entry_in_each_language_and_every_entry_its_id():
    found = [(message, language) for message, language, _ in entries()]

    assert len(found) == len(set(found))
    assert set(found) == {
        (message, language) for message in MESSAGE_IDS.values() for language in LANGUAGES
    }


def test_no_two_kinds_share_an_id():
    assert len(set(MESSAGE_IDS.values())) == len(MESSAGE_IDS)
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in MESSAGE_IDS.values())


@pytest.mark.parametrize(("message", "language", "text"), entries())
def test_an_entry_says_what_it_means_and_what_to_do(message, language, text):
    head, _, body = text.strip().partition("\n\n")
    body = re.sub(r"^#.*$", "", body, flags=re.MULTILINE).strip()

    assert re.fullmatch(r"Subject: \S.+\nDefined-By: gallra", head), (message, language)
    assert len(body.split("\n\n")) >= 2


def test_the_languages_say_different_things():
    texts = [text for _, _, text in entries()]
    assert len(set(texts)) == len(texts)


def test_whatever_the_service_says_is_of_a_kind_that_has_an_id():
    spoken, unclear = set(), []
    for place, topic in topics():
        first = ast.unparse(topic).removeprefix("f").strip("'\"").split(" ")[0]
        if first == "{BRAKE}":
            first = "brake"
        if first in MESSAGE_IDS:
            spoken.add(first)
        elif first != "topic":
            unclear.append((place, first))

    assert unclear == []
    # acts and what is announced have ways of their own; what is said of a share is in a variable
    assert set(MESSAGE_IDS) - spoken == {"act", "announced", "share"}


def test_a_topic_without_a_kind_is_a_mistake():
    with pytest.raises(KeyError):
        message_id("whatever this is")


@needs_systemd
def test_journalctl_takes_every_entry_into_its_database(tmp_path):
    (tmp_path / "usr/lib/systemd/catalog").mkdir(parents=True)
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    shutil.copy(CATALOG, tmp_path / "usr/lib/systemd/catalog")

    told = subprocess.run(
        ["journalctl", f"--root={tmp_path}", "--update-catalog"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")

    shown = subprocess.run(
        ["journalctl", f"--root={tmp_path}", "--dump-catalog", "--no-pager"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    ).stdout
    assert {match["id"] for match in ENTRY.finditer(shown)} == set(MESSAGE_IDS.values())
