"""What a Samba server on this machine does with a folder, as its configuration says."""

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONFIGURATION: Final = "etc/samba/smb.conf"
_LARGEST_BYTES: Final = 1 << 20
_REQUIRED: Final = frozenset({"required", "mandatory", "force", "forced"})
_YES: Final = frozenset({"yes", "true", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One share of the server in which a folder lies."""

    name: str
    is_encryption_required: bool
    is_signing_required: bool
    is_open_to_guests: bool
    recycle_bin: str | None
    """The folder that deleted files go to; None where they are deleted."""
    has_snapshots: bool


class SambaError(Exception):
    """The configuration is there and cannot be read."""


def served(path: bytes, root: Path = Path("/")) -> tuple[Served, ...] | None:
    """Return the shares of the server that ``path`` lies in; None where no server is set up.

    Read are the file itself and what it includes by a plain name. Parameters as smb.conf(5)
    has them; those of a share go before the global ones.

    Raises:
        SambaError: The configuration cannot be read.
    """
    configuration = root / CONFIGURATION
    if not configuration.exists():
        return None
    sections = _sections(configuration, root)
    whole = os.path.realpath(path)
    found = []
    for name, own in sections.items():
        place = own.get("path") or own.get("directory")
        if name.lower() == "global" or not place or "%" in place:
            continue
        if os.path.commonpath([whole, os.path.realpath(os.fsencode(place))]) == os.path.realpath(
            os.fsencode(place)
        ):
            found.append(_served(name, {**sections.get("global", {}), **own}))
    return tuple(found)


def _served(name: str, parameters: Mapping[str, str]) -> Served:
    modules = parameters.get("vfs objects", parameters.get("vfs object", "")).lower().split()
    encrypt = parameters.get("server smb encrypt", parameters.get("smb encrypt", "default"))
    signing = parameters.get("server signing", "default")
    guests = parameters.get("guest ok", parameters.get("public", "no"))
    return Served(
        name=name,
        is_encryption_required=encrypt.lower() in _REQUIRED,
        is_signing_required=signing.lower() in _REQUIRED or encrypt.lower() in _REQUIRED,
        is_open_to_guests=guests.lower() in _YES,
        recycle_bin=parameters.get("recycle:repository", ".recycle")
        if "recycle" in modules
        else None,
        has_snapshots=any(each.startswith(("shadow_copy", "btrfs", "snapper")) for each in modules),
    )


def _sections(configuration: Path, root: Path) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(
        interpolation=None, strict=False, allow_no_value=True, delimiters=("=",), default_section=""
    )
    try:
        parser.read_string(_text(configuration))
        for section in list(parser.sections()):
            included = parser.get(section, "include", fallback=None)
            if included and "%" not in included:
                text = _text(root / included.lstrip("/"))
                parser.read_string(text if "[" in text else f"[{section}]\n{text}")
    except (OSError, configparser.Error) as error:
        raise SambaError(type(error).__name__) from None
    found: dict[str, dict[str, str]] = {}
    for section in parser.sections():
        name = "global" if section.lower() == "global" else section
        values = {key: (value or "").strip() for key, value in parser.items(section)}
        found.setdefault(name, {}).update(values)
    return found


def _text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(_LARGEST_BYTES).decode("utf-8", "replace")
    # A line that ends in a backslash goes on; one that is indented is no continuation here.
    lines = raw.replace("\\\n", " ").splitlines()
    return "\n".join(line.strip() for line in lines)
