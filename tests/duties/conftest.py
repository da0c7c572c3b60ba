"""A club with the shipped rules, and the command line in this very process."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gallra.cli.main import main
from gallra.service import cycle, scanning
from gallra.service.house import House

sys.path.append(str(Path(__file__).parent))
SHIPPED = (Path(__file__).parents[2] / "rules.toml").read_text("utf-8")
SHARES = ("gemensam", "arenden", "funktionsbrevlada", "epost")


@dataclass(kw_only=True)
class Club:
    """One club's folder, and what a command said."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def rules(self):
        return self.folder / "rules.toml"

    @property
    def state(self):
        return self.folder / "state"

    def share(self, name):
        """Return the folder of one of :data:`SHARES`."""
        return self.folder / "srv" / name

    def write(self, share, tree):
        """Write files, given as text or bytes by their path in a share."""
        for name, content in tree.items():
            path = self.share(share) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def edit_rules(self, before, after):
        """Replace one piece of the rules, which must be there."""
        text = self.rules.read_text("utf-8")
        assert before in text
        self.rules.write_text(text.replace(before, after, 1), "utf-8")

    def add_rules(self, text):
        """Add tables at the end of the rules."""
        self.rules.write_text(f"{self.rules.read_text('utf-8')}\n{text}\n", "utf-8")

    def open(self):
        """Open the house, for a ``with`` block."""
        return House.open(self.rules, self.state)

    def run(self, *words):
        """Run one command; return its exit code, standard output and standard error."""
        self.capture.readouterr()
        code = main(["--rules", str(self.rules), "--state", str(self.state), *map(str, words)])
        said = self.capture.readouterr()
        return int(code), said.out, said.err

    def scan(self):
        """Bring the catalogue up to date; nothing may be left to say."""
        code, _, err = self.run("scan")
        assert code == 0, err

    def objects(self, *words):
        """Run one command with ``--json``; return its exit code and the objects it printed."""
        code, out, _ = self.run(*words, "--json")
        return code, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def club(tmp_path, capsys, monkeypatch, kept_pools, credentials):
    """A club with four empty shares and the shipped rules, in English, whose files settle soon."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    monkeypatch.setattr(cycle, "Pool", kept_pools)
    monkeypatch.setattr(scanning, "Pool", kept_pools)
    for name in ("GALLRA_RULES", "GALLRA_STATE", "GALLRA_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GALLRA_LANG", "en")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    found = Club(folder=tmp_path, capture=capsys)
    for share in SHARES:
        found.share(share).mkdir(parents=True)
    text = SHIPPED.replace("/srv/klubb/", f"{tmp_path}/srv/")
    found.rules.write_text(re.sub(r'settle = "[^"]*"', 'settle = "1 second"', text), "utf-8")
    return found


@pytest.fixture
def state(club):
    """The folder in which the club's registers lie."""
    return club.state


WAY = '\n[notifications]\nfrom = "gallra@example.org"\nport = 1\n'
"""Rules by which mail is sent; nobody listens there."""


@pytest.fixture
def house(club):
    """The club's house, open; its rules say how people are reached."""
    club.add_rules(WAY)
    with club.open() as opened:
        yield opened
