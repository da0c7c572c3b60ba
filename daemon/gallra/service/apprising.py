"""Headlines for other services, by Apprise: an extra that is installed where somebody wants it."""

import importlib
import stat
from collections.abc import Sequence
from pathlib import Path

from gallra.model.message import Message, said
from gallra.model.names import as_text, shown

APPRISE = "apprise"
"""Under this name it is noted that the services were told."""


def tell(headlines: Sequence[str], addresses: bytes) -> Message | None:
    """Tell every service in the file ``addresses`` each headline; return what went wrong.

    A headline names nobody: it goes to a company abroad, mostly.
    """
    path = Path(as_text(addresses))
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o007:
            return said("Others can read {path}: run `chmod 600 {path}`.", path=shown(addresses))
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return said("{path}: the addresses of services cannot be read", path=shown(addresses))
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        return said("apprise_file is set, and Apprise is not installed: install gallra[apprise]")
    services = apprise.Apprise()
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and not services.add(line):
            return said(
                "{path}: line {number} is no address that Apprise knows",
                path=shown(addresses),
                number=number,
            )
    if all(services.notify(body=headline) for headline in headlines):
        return None
    return said("a service in {path} was not reached; it is tried again", path=shown(addresses))
