"""The first rules.toml of a club: the shipped schedule, with the club's own folders in it."""

import json
import os
import re
from collections.abc import Iterable
from importlib import resources

_SHARE_TABLE = re.compile(rb"(?ms)^\[share\..*?(?=^# -{20,}|^\[(?!share\.)|\Z)")


def shipped() -> bytes:
    """Return the schedule that gallra ships with."""
    packaged = resources.files("gallra.rules") / "shipped.toml"
    if packaged.is_file():
        return packaged.read_bytes()
    # a checkout: the file lies at its top, where a reader looks for it
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
    with open(os.path.join(root, "rules.toml"), "rb") as file:
        return file.read()


def starting_rules(
    shares: Iterable[tuple[str, str, str]], *, quarantine: str | None = None
) -> bytes:
    """Return the shipped schedule with other shares.

    Args:
        shares: Name, absolute path and role of each.
        quarantine: One folder for all of them, or None for one beside each share.

    Returns:
        The text of a rules.toml, UTF-8, in mode observe.
    """
    tables = []
    for name, path, role in shares:
        table = f"[share.{name}]\npath = {_quoted(path)}\nrole = {_quoted(role)}\n"
        if quarantine is not None:
            table += f"quarantine = {_quoted(quarantine)}\n"
        tables.append(table)
    text = "\n".join(tables).encode("utf-8") + b"\n"
    is_first = True

    def replaced(_: re.Match[bytes]) -> bytes:
        nonlocal is_first
        found, is_first = (text if is_first else b""), False
        return found

    return _SHARE_TABLE.sub(replaced, shipped())


def _quoted(value: str) -> str:
    """Return ``value`` as a TOML basic string: the escapes of JSON are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
