"""Which time zone the machine's clock is shown in."""

import os
from pathlib import Path

_ZONES = "zoneinfo/"


def zone_name(root: Path = Path("/")) -> str | None:
    """Return the name of the machine's time zone; None where it has none that can be named.

    Source: localtime(5), where the name is the end of what /etc/localtime leads to; older
    Debian writes it into /etc/timezone as well.
    """
    try:
        leads_to = os.readlink(root / "etc/localtime")
    except OSError:
        leads_to = ""
    if _ZONES in leads_to:
        return leads_to.rpartition(_ZONES)[2]
    try:
        return (root / "etc/timezone").read_text("ascii", "replace").strip() or None
    except OSError:
        return None
