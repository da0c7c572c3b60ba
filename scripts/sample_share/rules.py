"""The rules for a sample share: the shipped schedule, with its own organisation and shares."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sample_share.letters import CLUB_DOMAIN
from sample_share.recipes import MAILS, SHARED_MAILBOX

if TYPE_CHECKING:
    from pathlib import Path

SHARES = (
    ("gemensam", "Gemensam", "common-area"),
    ("arenden", "Ärenden", "case-area"),
    ("funktionsbrevlada", SHARED_MAILBOX, "shared-mailbox"),
    ("epost", MAILS, "mail-export"),
)
"""Name, folder and role of every share below the directory."""
_TABLE = re.compile(r"\[+([^\]]+)\]+")
_ORGANISATION = f"""\
[organisation]
name = "Klubben vid Exempelbolaget"
controller = "Exempelförbundet"
data_protection_officer = {{ name = "Dataskyddsombudet", email = "dataskydd@example.org" }}
language = "sv"
timezone = "Europe/Stockholm"
own_domains = ["{CLUB_DOMAIN}"]

"""


def rules_for(directory: Path, shipped: str) -> str:
    """Return ``shipped`` observing ``directory``: classes, rules and safety as they stand.

    Args:
        directory: The share's directory, absolute.
        shipped: The text of the schedule that the project ships.
    """
    kept: list[str] = []
    section = ""
    for line in shipped.splitlines(keepends=True):
        table = _TABLE.match(line)
        if table:
            previous, section = section, table[1].split(".")[0]
            if section == "organisation":
                kept.append(_ORGANISATION)
            elif section == "share" != previous:
                kept.append(_share_tables(directory))
        elif line.startswith("# ---"):
            section = ""
        if not section and line.startswith("mode ="):
            kept.append('mode = "observe"\n')
        elif section not in {"organisation", "share"}:
            kept.append(line)
    return "".join(kept)


def _share_tables(directory: Path) -> str:
    return "".join(
        f"[share.{name}]\n"
        f"path = {_quoted(directory / folder)}\n"
        f'role = "{role}"\n'
        f"quarantine = {_quoted(directory.with_name(f'{directory.name}.quarantine-{name}'))}\n\n"
        for name, folder, role in SHARES
    )


def _quoted(path: Path) -> str:
    """Return ``path`` as a TOML basic string, which is written as JSON's are."""
    return json.dumps(str(path), ensure_ascii=False)
