"""Writes the part of the systemd unit that depends on rules.toml: what of people's it may write.

Run by gallra-shares, scripts/uninstall and the Debian package, with the interpreter that gallra is
installed for.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from gallra.model.errors import GallraError
from gallra.model.names import shown
from gallra.model.retention import RetentionSchedule
from gallra.model.share import Share
from gallra.rules.loading import load

HEADER = """\
# Written by gallra-shares from the shares in rules.toml; run it again after a share was added
# or moved. One folder that holds a share *and* its quarantine, never the two
# by themselves: each writable path becomes a mount of its own, and a file cannot be renamed from
# one mount into another.
[Service]
"""

HOMES = (b"/home", b"/root", b"/run/user")
"""What ProtectHome= hides."""


class WidePathError(Exception):
    """A path that no unit may have, or can name."""


def writable_paths(shares: Iterable[Share]) -> tuple[bytes, ...]:
    """Return the fewest folders that hold every share together with its quarantine, sorted.

    Where only ``/`` would hold both, they stand by themselves: as mounts of their own, between
    which is copied, as it is between two filesystems.

    Raises:
        WidePathError: If one of them is ``/``: the whole machine would be writable.
    """
    together = set()
    for share in shares:
        folder = os.path.commonpath((share.path, share.quarantine))
        if folder != b"/":
            together.add(folder)
            continue
        # Nothing but / holds both: each by itself, and records are copied from one to the other.
        for each in (share.path, share.quarantine):
            if each == b"/":
                raise WidePathError(f"share {share.name}: {shown(each)} would be all of /")
            together.add(each)
    return tuple(
        sorted(
            folder
            for folder in together
            if not any(folder.startswith(other + b"/") for other in together)
        )
    )


def folders_of(schedule: RetentionSchedule) -> tuple[bytes, ...]:
    """Return what the service writes: the shares' folders, and that of the metrics file.

    Raises:
        WidePathError: As :func:`writable_paths`.
    """
    folders = writable_paths(schedule.shares)
    if schedule.metrics.textfile is None:
        return folders
    wanted = os.path.dirname(schedule.metrics.textfile)
    if any(wanted == each or wanted.startswith(each + b"/") for each in folders):
        return folders
    return (*folders, wanted)


def drop_in(folders: Iterable[bytes]) -> str:
    """Return the drop-in's text.

    A path that is missing is passed over (``-``): the service starts, and holds that share.
    """
    lines = []
    for folder in folders:
        path = quoted(folder)
        # BindPaths brings back what TemporaryFileSystem=/var and ProtectHome= hide.
        lines += [f"BindPaths={path}", f"ReadWritePaths={path}"]
        if any(folder.startswith(home + b"/") for home in HOMES):
            lines.append("ProtectHome=tmpfs")
    return HEADER + "".join(f"{line}\n" for line in lines)


def quoted(folder: bytes) -> str:
    """Return ``-PATH`` as a unit file's path lists want it: quoted, specifiers doubled.

    Raises:
        WidePathError: If the name holds what no unit file can say.
    """
    try:
        text = folder.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WidePathError(f"{shown(folder)}: systemd takes UTF-8 names only") from error
    if not text.isprintable():
        raise WidePathError(f"{shown(folder)}: systemd takes no control characters in names")
    for special, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        text = text.replace(special, escaped)
    return f'"-{text}"'


def main() -> int:
    """Print the drop-in, or the quarantine folders, one a line."""
    parser = argparse.ArgumentParser(prog="shares_drop_in", description=__doc__)
    parser.add_argument("rules", help="rules.toml")
    parser.add_argument("--quarantines", action="store_true", help="print these instead")
    arguments = parser.parse_args()
    try:
        schedule = load(arguments.rules)
        if arguments.quarantines:
            sys.stdout.buffer.writelines(share.quarantine + b"\n" for share in schedule.shares)
        else:
            sys.stdout.write(drop_in(folders_of(schedule)))
    except GallraError as error:
        complaints = getattr(error, "complaints", ())
        for complaint in complaints:
            place = f"{Path(arguments.rules)}:{complaint.line}"
            print(f"{place}: {complaint.message.in_english()}", file=sys.stderr)
        if not complaints:
            print(*(message.in_english() for message in error.messages), sep="\n", file=sys.stderr)
        return 2
    except WidePathError as error:
        print(f"{arguments.rules}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
