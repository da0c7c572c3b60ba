"""The rules for a sample share: the shipped schedule, with its own shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gallra.rules.starting import starting_rules
from sample_share.letters import CLUB_DOMAIN
from sample_share.recipes import CASES, MAILS, SHARED_MAILBOX

if TYPE_CHECKING:
    from pathlib import Path

SHARES = (
    ("klubben", "", "common-area"),
    ("arenden", CASES, "case-area"),
    ("funktionsbrevlada", SHARED_MAILBOX, "shared-mailbox"),
    ("epost", MAILS, "mail-export"),
)
"""Name, folder and role of every share: the directory itself, and those that lie in it."""


def rules_for(directory: Path) -> bytes:
    """Return the shipped schedule observing ``directory``: classes, rules and safety as they are.

    The quarantines lie beside the directory and bear its name, so that several sample shares
    can stand side by side.

    Args:
        directory: The share's directory, absolute; its path is UTF-8.
    """
    return starting_rules(
        [(name, str(directory / folder), role) for name, folder, role in SHARES],
        quarantines={
            name: str(directory.with_name(f"{directory.name}.quarantine-{name}"))
            for name, _, _ in SHARES
        },
        own_domains=[CLUB_DOMAIN],
    )
