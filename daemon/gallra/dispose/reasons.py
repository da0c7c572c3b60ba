"""Why an act was called off, in words that a volunteer can act on. Never a name in them."""

import errno
import os

from gallra.model.errors import DurabilityError
from gallra.model.message import Message, said


class CalledOffError(Exception):
    """An act that is not carried out, with the reason; the file is where it was."""

    def __init__(self, reason: Message) -> None:
        """Keep ``reason``."""
        super().__init__(reason.template)
        self.reason = reason


CHANGED = said("it changed after it was read; it will be read again")
FIXED = said(
    "it is immutable or append-only (lsattr): somebody wants it kept, a person must decide"
)
GONE = said("it is no longer there")
HARD_LINKED = said("it has further names (hard links): a person must decide")
HELD = said("a hold was placed on it")
IN_USE = said("somebody has it open; it is tried again later")
INTERRUPTED = said("gallra was interrupted before it was done")
LINK = said("a symbolic link stands in its way")
LOCKED = said("a mail program has its mailbox locked; it is tried again later")
MOUNTED_OVER = said(
    "another filesystem is mounted where its folder was: unmount that, or make it a share of its"
    " own"
)
NOT_A_FILE = said("it is not a regular file any more")
NO_LEASES = said(
    "its file server does not tell whether somebody has a file open (it gives no leases, oplocks):"
    " it stays; run gallra where the disk is, or let the server give them"
)
NO_SAFE_MOVES = said(
    "its filesystem cannot move files without a risk of replacing others (NFS and FUSE often"
    " cannot): it stays; run gallra where the disk is, or let the class ask a person"
)
READ_ONLY = said("its share is mounted read-only: it stays until the share can be written to")
OTHER_FILESYSTEM = said(
    "it lies on another filesystem than the quarantine: name a quarantine on the same one"
)
OWNER_UNKNOWN = said(
    "whether somebody has it open cannot be told: gallra is neither its owner nor has CAP_LEASE"
)
NOT_THE_SAME = said("what lies in quarantine is not what was put there: a person must look")
UNLIKE_ITS_MAILBOX = said("its mailbox is no longer as it was read; it will be read again")
OTHER_OWNER = said("it belongs to somebody else by now")
TAKEN_THERE = said(
    "a file of that name is there already, where it is to be moved: a person decides"
)
NAME_TAKEN = said("a file of that name is there already: choose another place with --to")


_PLAIN = {
    errno.ENOENT: GONE,
    errno.ESTALE: GONE,
    errno.ELOOP: LINK,
    errno.ENOTDIR: LINK,
    errno.EXDEV: OTHER_FILESYSTEM,
    errno.ENXIO: NOT_A_FILE,
    errno.EEXIST: NAME_TAKEN,
}


def from_errno(error: OSError) -> Message:
    """Return the reason for what the operating system refused."""
    code = error.errno or 0
    if code in _PLAIN:
        return _PLAIN[code]
    why = os.strerror(code)
    if code in {errno.EACCES, errno.EPERM}:
        return said(
            "the system does not allow it ({why}): look at its permissions, and whether it is "
            "immutable (lsattr)",
            why=why,
        )
    if code in {errno.ENOSPC, errno.EDQUOT}:
        return said("the disk is full ({why}): make room", why=why)
    if code in {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}:
        return said(
            "the filesystem cannot move files without a risk of replacing others ({why})", why=why
        )
    return said("the system refused it ({why})", why=why)


def unsynced(error: OSError) -> DurabilityError:
    """Return what ends the run when the disk does not confirm a directory."""
    return DurabilityError(
        said(
            "The disk did not confirm a move ({why}). The run ends; check the disk, the next run "
            "finds out what was done.",
            why=os.strerror(error.errno or 0),
        )
    )
