"""What kinds of things the daemon says, and the id by which journald knows each.

``journalctl MESSAGE_ID=…`` lists what is of one kind, ``journalctl -x`` adds what it means and
what to do: systemd/gallra.catalog has an entry for each, in English, Swedish and Bokmål.
"""

from typing import Final

ACT: Final = "act"
ANNOUNCED: Final = "announced"
BRAKE: Final = "brake"

MESSAGE_IDS: Final = {
    ACT: "6f1d3c0b2a5e4f7c9d8b7a6e5f4c3d21",
    ANNOUNCED: "9c0fd1f4a3c34d0d8a58e4e2b7c61f35",
    BRAKE: "b1a9e8d7c6f54e3d2c1b0a9f8e7d6c5b",
    "eyes": "dd43ab381eb54d55b673675de69b7883",
    "events": "4f71bca411f44430a7a31988f1cf7889",
    "failed": "f27c02c554aa4e8baaaf05dce8a31d3f",
    "latest": "c9b2e141c57d482082cca30202190168",
    "lost": "f7fa60c3d3474c71ac0b2677f0cff9b3",
    "metrics": "6a560efe15e4432c9537105284ee09b8",
    "note": "dc086db3b9204793b5112d54e3e8e0cf",
    "outbox": "b7f04b0c4f0f4b63a0c1e3f7a9d25e68",
    "reader": "332bcbe912784b7093f5592a38c14a95",
    "rebuilt": "90e88982d4274a1d93ab5bfe69d8cfc0",
    "recovered": "63eadae99e2f4e378551607559102b15",
    "rules": "8ad301f3b840491c8e5a83d40e1e9b35",
    "sandbox": "7ab397ff27b9453f8b0b12c52abb6dd3",
    "share": "a0d4d340a25d4dccb0d9f94638a6b7a1",
    "tags": "f28d2ad4e767489eb8706631d7225fe1",
    "told": "e83c04a2c32e4297844f330573a67ce6",
    "undone": "7237b6f77630471fb9da7e4e483f195b",
    "unreadable": "b2d633c70204423a942b2fb24e4be3b7",
}
"""By the first word of a topic; see :meth:`gallra.service.voice.Voice.say_once`."""


def message_id(topic: str) -> str:
    """Return the id of ``topic``, which begins with its kind."""
    return MESSAGE_IDS[topic.partition(" ")[0]]
