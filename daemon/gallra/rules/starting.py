"""The first rules.toml of a club: the shipped schedule, with the club's own folders in it."""

import json
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib import resources
from types import MappingProxyType

_SHARE_TABLE = re.compile(rb"(?ms)^\[share\..*?(?=^# -{20,}|^\[(?!share\.)|\Z)")
_OWN_DOMAINS = re.compile(rb"(?m)^own_domains = \[.*?\]")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "œ": "oe"})
_LONGEST_NAME = 40


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
    shares: Iterable[tuple[str, str, str]],
    *,
    quarantines: Mapping[str, str] = MappingProxyType({}),
    own_domains: Sequence[str] | None = None,
) -> bytes:
    """Return the shipped schedule with other shares.

    Args:
        shares: Name, absolute path and role of each.
        quarantines: Absolute path by a share's name, where it is not the usual one.
        own_domains: The organisation's; those of the shipped schedule where ``None``.

    Returns:
        The text of a rules.toml, UTF-8, in mode observe.
    """
    tables = []
    for name, path, role in shares:
        table = f"[share.{name}]\npath = {_quoted(path)}\nrole = {_quoted(role)}\n"
        if name in quarantines:
            table += f"quarantine = {_quoted(quarantines[name])}\n"
        tables.append(table)
    text = "\n".join(tables).encode("utf-8") + b"\n"
    is_first = True

    def replaced(_: re.Match[bytes]) -> bytes:
        nonlocal is_first
        found, is_first = (text if is_first else b""), False
        return found

    content = _SHARE_TABLE.sub(replaced, shipped())
    if own_domains is None:
        return content
    domains = f"own_domains = [{', '.join(map(_quoted, own_domains))}]".encode()
    return _OWN_DOMAINS.sub(lambda _: domains, content, count=1)


def share_name(folder: str, taken: Collection[str] = ()) -> str:
    """Return a name for the share in ``folder`` that rules can use and that is not ``taken``.

    Args:
        folder: The folder's own name, without what it lies in.
        taken: The names of other shares.
    """
    plain = unicodedata.normalize("NFKD", folder.casefold().translate(_LETTERS))
    words = re.findall(
        r"[a-z0-9]+", "".join(each for each in plain if unicodedata.category(each) != "Mn")
    )
    name = "-".join(words)[:_LONGEST_NAME].strip("-") or "share"
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def _quoted(value: str) -> str:
    """Return ``value`` as a TOML basic string: the escapes of JSON are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
