"""``share``: take another folder for a share's own, when a person says that it is."""

import argparse

from gallra.cli.houses import opened
from gallra.model.errors import ExitCode, GallraError, WrongUseError
from gallra.model.message import said
from gallra.model.names import as_text
from gallra.report.terminal import Terminal
from gallra.watch.identity import look_at_share


def accept(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Remember the folder that lies at a share's path now as the share.

    Raises:
        WrongUseError: If the rules name no such share.
        GallraError: If nothing lies there.
    """
    name: str = arguments.name
    with opened(arguments) as house:
        names = [share.name for share in house.schedule.shares]
        if name not in names:
            raise WrongUseError(
                said("no share {name}; there are: {names}", name=name, names=", ".join(names))
            )
        share = house.share(name)
        _, identity = look_at_share(share, None)
        if identity is None:
            raise GallraError(
                said("{path}: there is no folder to accept", path=as_text(share.path))
            )
        house.catalogue.register_shares(house.schedule.shares)
        house.catalogue.remember_share(name, identity)
    if terminal.is_json:
        terminal.emit({"share": name, "path": as_text(share.path), "accepted": True})
    terminal.tell(
        said(
            "{path} is share {name} from now on; what is not in it counts as gone",
            path=as_text(share.path),
            name=name,
        )
    )
    return ExitCode.DONE
