"""A small club: a share, rules for it, and the command line in this very process."""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from gallra.cli.main import main
from gallra.service import cycle, scanning

TREE = {
    "Löner/Lönelista 2019.csv": (
        "Namn;Personnummer;Månadslön\n"
        "Anna Andersson;19900118-9811;34500\n"
        "Erik Eriksson;19811228-9874;41200\n"
        "Maria Nilsson;19640823-3234;38900\n"
    ),
    "Mallar/dagordning.txt": "Dagordning\n1. Öppnande\n2. Val av justerare\n",
    "post.mbox": (
        "From a@example.org Mon Jan  6 10:00:00 2025\n"
        "From: Anna Andersson <a@example.org>\nTo: b@example.org\nSubject: Hej\n"
        "Date: Mon, 06 Jan 2025 10:00:00 +0100\nMessage-ID: <1@example.org>\n\n"
        "Kan vi ses?\n\n"
        "From b@example.org Tue Jan  7 10:00:00 2025\n"
        "From: b@example.org\nTo: a@example.org\nSubject: Re: Hej\n"
        "Date: Tue, 07 Jan 2025 10:00:00 +0100\nMessage-ID: <2@example.org>\n\n"
        "Ja.\n\n"
    ),
}
HOSTILE = b"Mallar/\xff\n\x1b[31mred [bold].txt"

RULES = """\
version = 1
mode = "{mode}"

[organisation]
name = "Klubben"
controller = "Förbundet"
language = "{language}"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.salary-list]
title = {{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }}
purpose = "Förhandla"
categories = ["name", "salary"]
legal_basis = ["GDPR 6(1)(b)"]
source = "Arbetsgivaren"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[safety]
dwell = "30 days"
settle = "1 second"
most_of_a_share = "100 %"
"""


@dataclass(kw_only=True)
class Club:
    """One club's folder, and what a command said."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def share(self):
        return self.folder / "share"

    @property
    def rules(self):
        return self.folder / "rules.toml"

    def write_rules(self, *, mode="observe", language="en"):
        self.rules.write_text(RULES.format(share=self.share, mode=mode, language=language), "utf-8")

    def run(self, *words):
        """Run one command; return its exit code, standard output and standard error."""
        self.capture.readouterr()
        code = main(
            ["--rules", str(self.rules), "--state", str(self.folder / "state"), *map(str, words)]
        )
        said = self.capture.readouterr()
        return int(code), said.out, said.err

    def objects(self, *words):
        """Run one command with ``--json``; return its exit code and the objects it printed."""
        code, out, _ = self.run(*words, "--json")
        return code, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def club(tmp_path, capsys, monkeypatch, kept_pools, credentials):
    """A club whose share has not been looked at yet."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    monkeypatch.setattr(cycle, "Pool", kept_pools)
    monkeypatch.setattr(scanning, "Pool", kept_pools)
    for name in ("GALLRA_RULES", "GALLRA_STATE", "GALLRA_LANG", "GALLRA_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    found = Club(folder=tmp_path, capture=capsys)
    for name, text in TREE.items():
        path = found.share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    hostile = os.path.join(os.fsencode(found.share), HOSTILE)
    with open(hostile, "wb") as file:
        file.write(b"inget\n")
    found.write_rules()
    return found


@pytest.fixture
def scanned(club):
    """A club whose share has been read."""
    code, _, err = club.run("scan")
    assert code == 0, err
    return club


@pytest.fixture
def hostile_b64(club):
    """The hostile file's absolute path, as ``path_b64`` has to show it."""
    path = os.path.join(os.fsencode(club.share), HOSTILE)
    return base64.b64encode(path).decode("ascii")


@pytest.fixture(scope="module")
def folder_read_once(tmp_path_factory):
    """The folder of a club whose share was read a single time for all tests of a module."""
    folder = tmp_path_factory.mktemp("club")
    for name, text in TREE.items():
        path = folder / "share" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    once = Club(folder=folder, capture=None)
    once.write_rules()
    assert main(["--rules", str(once.rules), "--state", str(folder / "state"), "scan"]) == 0
    return folder


@pytest.fixture
def read_once(folder_read_once, capsys, monkeypatch):
    """A club that was read once: for tests that change nothing in its share."""
    for name in ("GALLRA_RULES", "GALLRA_STATE", "GALLRA_LANG", "GALLRA_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    found = Club(folder=folder_read_once, capture=capsys)
    found.write_rules()
    return found
