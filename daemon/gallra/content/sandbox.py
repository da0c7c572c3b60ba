"""Giving up every right that reading does not need, for good, before the first byte is read.

The order matters: limits, then no new privileges, then landlock (which opens files), then the
system call filter (which forbids what landlock needs). Where the kernel or a library lacks
one of them, the others still hold, and what is missing is named.

Source: landlock(7), seccomp(2), prctl(2); recipes measured on kernels 5.10 and newer.
"""

import ctypes
import errno
import os
import resource
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import gallra
from gallra.content.bounds import BOUNDS
from gallra.model.message import Message, said

try:
    import landlock
except (ImportError, OSError):  # a platform without it; confine() says so
    landlock = None
try:
    import pyseccomp
except (ImportError, OSError, RuntimeError):  # raises RuntimeError without the C library
    pyseccomp = None

_MOST_DESCRIPTORS = 128
_NO_NEW_PRIVILEGES = 38
_CAP_AMBIENT = 47
_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION = 0x20080522
_SYSTEM_PATHS = (
    "/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib", "/lib", "/lib64",
    "/etc/localtime", "/etc/magic", "/etc/ld.so.cache", "/dev/null", "/dev/urandom",
)  # fmt: skip
_CLONE_THREAD = 0x00010000
_LOW_32 = 0xFFFFFFFF
_REQUESTS = (0x5412, 0x541C, 0x5452, 0x8901, 0x8902)
"""Of ioctl: TIOCSTI and TIOCLINUX write to a terminal; FIOASYNC, FIOSETOWN and SIOCSPGRP have
the kernel send signals to others."""
_COMMANDS = (8, 10, 15)
"""Of fcntl: F_SETOWN, F_SETSIG and F_SETOWN_EX, which do the same."""
_WRITING = (
    os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE & ~os.O_DIRECTORY,
)  # fmt: skip
_FORBIDDEN = (
    # the network, and every new connection
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg",
    "sendmmsg",
    # other programs and processes
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "unshare", "setns", "process_madvise", "process_mrelease",
    "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity", "setpriority",
    "ioprio_set", "migrate_pages", "move_pages", "mbind", "set_mempolicy",
    # memory that outlives the process, or that no limit counts
    "memfd_create", "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "msgget",
    "msgsnd", "msgrcv", "mq_open", "mq_unlink",
    # changing files, their names and their attributes
    "creat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat",
    "symlink", "symlinkat", "mkdir", "mkdirat", "mknod", "mknodat", "chmod", "fchmod",
    "fchmodat", "fchmodat2", "file_setattr", "open_tree_attr", "chown", "fchown", "lchown",
    "fchownat", "truncate", "ftruncate",
    "fallocate", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
    "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat",
    "open_by_handle_at", "name_to_handle_at",
    # filesystems
    "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen",
    "fsmount", "fsconfig", "fspick", "pivot_root", "chroot", "swapon", "swapoff", "quotactl",
    "quotactl_fd", "sync", "syncfs", "inotify_init", "inotify_init1", "fanotify_init",
    # the kernel and the machine
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "io_setup", "keyctl", "add_key", "request_key", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "acct",
    "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname",
    "setdomainname", "iopl", "ioperm", "vhangup", "personality",
    # getting more rights, or undoing limits
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid",
    "setfsgid", "capset", "setrlimit", "memfd_secret", "landlock_add_rule", "setsid", "setpgid",
)  # fmt: skip
_FORBIDDEN_TO_PROGRAMS = tuple(name for name in _FORBIDDEN if name != "execve")
_BY_NUMBER = {"mount_setattr": 442, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466,
              "open_tree_attr": 467, "file_setattr": 469, "process_mrelease": 448}  # fmt: skip
"""Calls that are younger than the seccomp library of Debian 12; these numbers are the same on
all machines."""
_UNKNOWN_TO_LIBC = ("clone3", "openat2")
"""Their flags stand in memory, where a filter cannot look: said to be missing, so that the C
library falls back to the calls that can be filtered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What holds from now on in this process."""

    landlock: bool
    seccomp: bool
    complaints: tuple[Message, ...] = ()
    """What this host lacks, one sentence each."""


def confine(
    *, readable: tuple[str, ...] = (), most_memory_bytes: int = BOUNDS.most_address_bytes
) -> Confinement:
    """Confine this process for the rest of its life. Call it once, with one thread running.

    Descriptors that are open, or come in over an inherited socket, stay usable. Whatever is
    imported later must lie below the interpreter's library, its installed packages or
    ``readable``; files outside can be read through descriptors only.

    Args:
        readable: more paths that may be opened for reading, with what is below them.
        most_memory_bytes: of address space, mapped libraries included.
    """
    complaints: list[Message] = []
    _limit(most_memory_bytes, complaints)
    _drop_capabilities(complaints)
    if _libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        complaints.append(said("this kernel cannot forbid new privileges"))
    has_landlock = _close_files((*readable, *library_paths()), complaints)
    has_seccomp = _close_calls(complaints)
    if not has_seccomp:
        # the next best thing: no second process, though no second thread either
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return Confinement(landlock=has_landlock, seccomp=has_seccomp, complaints=tuple(complaints))


def confine_program(*programs: str, writable: tuple[str, ...] = ()) -> bool:
    """Confine this process, which is about to become ``programs``; tell whether all of it holds.

    For a child between fork and exec: it may start what lies below /usr and read it, write below
    ``writable``, and lower its own limits, and nothing else. That is left to it: this process may
    well be larger than what the program is to have.
    """
    complaints: list[Message] = []
    _drop_capabilities(complaints)
    if _libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    started = (
        *(str(Path(each).resolve()) for each in programs),
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
    )
    return (
        _close_files(_SYSTEM_PATHS, complaints, started=started, writable=writable)
        and _close_calls(complaints, may_start=True, may_write=bool(writable))
        and not complaints
    )


def _drop_capabilities(complaints: list[Message]) -> None:
    """Give up the rights by which the daemon reads and moves other people's files.

    Source: capset(2), version 3: two words each of effective, permitted and inheritable.
    """
    libc = _libc()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    is_cleared = libc.prctl(_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0
    if libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0 or not is_cleared:
        complaints.append(said("the reader could not give up its capabilities"))


def library_paths() -> tuple[str, ...]:
    """Return the paths from which code, time zones and models may be loaded late."""
    own = Path(gallra.__file__).parent
    installed = (
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    )
    return tuple(dict.fromkeys((str(own), *(path for path in installed if path), *_SYSTEM_PATHS)))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _limit(most_memory_bytes: int, complaints: list[Message]) -> None:
    limits = (
        ("memory", resource.RLIMIT_AS, most_memory_bytes),
        ("file size", resource.RLIMIT_FSIZE, 0),
        ("open files", resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS),
        ("core dumps", resource.RLIMIT_CORE, 0),
        ("locked memory", resource.RLIMIT_MEMLOCK, 0),
        ("message queues", resource.RLIMIT_MSGQUEUE, 0),
    )
    for name, limit, value in limits:
        _, hard = resource.getrlimit(limit)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)  # noqa: PLW2901 - never above what was allowed before
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):
            complaints.append(said("the limit of {name} cannot be set", name=name))


def _close_files(
    paths: Iterable[str],
    complaints: list[Message],
    *,
    started: tuple[str, ...] = (),
    writable: tuple[str, ...] = (),
) -> bool:
    """Allow reading below ``paths`` and nothing else; tell whether that holds.

    Of ``started`` what lies below may be executed as well, below ``writable`` files be made.
    """
    if landlock is None:
        complaints.append(said("landlock is not installed: files are guarded by seccomp alone"))
        return False
    # landlock takes whatever an earlier call left there for an error of its own
    ctypes.set_errno(0)
    try:
        version = landlock.landlock_abi_version()
        access = landlock.FSAccess
        known = access((1 << 13) - 1)
        for least, right in ((2, access.REFER), (3, access.TRUNCATE), (5, access.IOCTL_DEV)):
            known = known | right if version >= least else known
        rules = landlock.Ruleset(restrict_rules=known)
        for path in paths:
            if Path(path).is_dir():
                rules.allow(path, rules=access.READ_FILE | access.READ_DIR)
            elif Path(path).exists():
                rules.allow(path, rules=access.READ_FILE)
        _allow_more(rules, started, access.READ_FILE | access.EXECUTE, access.READ_DIR)
        made = access.READ_FILE | access.WRITE_FILE | (access.TRUNCATE & known)
        _allow_more(rules, writable, made, access.READ_DIR | access.MAKE_REG)
        rules.apply()
    except (OSError, landlock.LandlockError, AttributeError):
        complaints.append(said("this kernel has no landlock: files are guarded by seccomp alone"))
        return False
    return True


def _allow_more(
    rules: "landlock.Ruleset",
    paths: Iterable[str],
    right: "landlock.FSAccess",
    of_directories: "landlock.FSAccess",
) -> None:
    for path in paths:
        if Path(path).is_dir():
            rules.allow(path, rules=right | of_directories)
        elif Path(path).exists():
            rules.allow(path, rules=right)


def _close_calls(
    complaints: list[Message],
    *,
    may_start: bool = False,
    may_write: bool = False,
) -> bool:
    """Refuse every system call that reading does not need; tell whether that holds.

    Args:
        complaints: Gets what is missing.
        may_start: This process is about to become another program, and to lower its limits.
        may_write: Landlock says where it may write.
    """
    if pyseccomp is None:
        complaints.append(said("seccomp is not installed: system calls are not guarded"))
        return False
    try:
        calls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        refused = pyseccomp.ERRNO(errno.EPERM)
        for name in _FORBIDDEN_TO_PROGRAMS if may_start else _FORBIDDEN:
            _add(calls, refused, name)
        for name in _UNKNOWN_TO_LIBC:
            _add(calls, pyseccomp.ERRNO(errno.ENOSYS), name)
        argument, masked = pyseccomp.Arg, pyseccomp.MASKED_EQ
        for bit in () if may_write else _WRITING:
            _add(calls, refused, "open", argument(1, masked, bit, bit))
            _add(calls, refused, "openat", argument(2, masked, bit, bit))
        _add(calls, refused, "clone", argument(0, masked, _CLONE_THREAD, 0))
        own = os.getpid()
        for name in ("kill", "tgkill", "tkill"):
            _add(calls, refused, name, argument(0, pyseccomp.NE, own))
        # of another process, or any new limit at all
        looked_at = 0 if may_start else 2
        _add(calls, refused, "prlimit64", argument(looked_at, pyseccomp.NE, 0))
        # the kernel looks at the lower half alone, so a filter must too
        for request in _REQUESTS:
            _add(calls, refused, "ioctl", argument(1, masked, _LOW_32, request))
        for command in _COMMANDS:
            _add(calls, refused, "fcntl", argument(1, masked, _LOW_32, command))
        calls.load()
    except OSError:
        complaints.append(said("this kernel has no seccomp: system calls are not guarded"))
        return False
    return True


def _add(calls: "pyseccomp.SyscallFilter", action: int, name: str, *arguments: object) -> None:
    """Add a rule; a call that this kind of machine does not have is passed over."""
    try:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    except (ValueError, OSError):
        number = -1
    if number < 0:
        number = _BY_NUMBER.get(name, -1)
    if number >= 0:
        calls.add_rule(action, number, *arguments)
