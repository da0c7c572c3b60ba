"""The doctor's look at how a share is mounted, and at what is mounted in it."""

import errno
from collections.abc import Iterator

from gallra.kernel.filesystems import is_read_only, remote_kind
from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.message import Message, said
from gallra.model.share import Share
from gallra.report.counting import counted
from gallra.service.house import House


def mounted(house: House, share: Share) -> Iterator[Diagnosis]:
    """Yield what the mount of a share keeps gallra from doing; nothing where all is ordinary.

    Raises:
        OSError: The share cannot be reached.
    """
    kind = remote_kind(share.path)
    if kind is not None:
        yield _diagnosis(
            "watching",
            Gravity.WARNING,
            said("the share lies on {kind}: changes are found by scans alone", kind=kind),
            said("run gallra on the machine that the disk is in, if you can"),
            share,
        )
        yield _diagnosis(
            "moving",
            Gravity.UNKNOWN,
            said(
                "whether files on {kind} can be moved without ever replacing others is tried"
                " before they are; where they cannot, they stay, and it is said",
                kind=kind,
            ),
            said("see docs/how-to/other-shares.md"),
            share,
        )
    if is_read_only(share.path):
        yield _diagnosis(
            "read-only",
            Gravity.WARNING,
            said("the share is mounted read-only: files are read, and none can be moved"),
            said("mount it so that it can be written to, if its rules are to be carried out"),
            share,
        )
    closed = house.catalogue.unreadable_directories(share.name)
    count = sum(number == errno.EXDEV for _, number in closed)
    if count:
        found = counted(
            "another filesystem lies on {count} folder of the share, which is not looked at",
            "other filesystems lie on {count} folders of the share, which are not looked at",
            count=count,
        )
        remedy = said(
            "gallra status names them: make a share of its own of each that should be looked after"
        )
        yield _diagnosis("mounts", Gravity.WARNING, found, remedy, share)


def _diagnosis(
    check: str, gravity: Gravity, found: Message, remedy: Message, share: Share
) -> Diagnosis:
    return Diagnosis(check=check, gravity=gravity, found=found, remedy=remedy, share=share.name)
