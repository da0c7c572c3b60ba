"""Stop a process at any one of its system calls on files: end it there, or have the call fail.

The kernel asks about every such call before it carries it out (seccomp's user notification), so
that nothing of what happens after that moment can have been done, and no call is forgotten that
a wrapper in Python would not see: SQLite's, ctypes', the interpreter's own.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import threading
from dataclasses import dataclass, field

import pyseccomp

CHANGING = (
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
    "link", "linkat", "symlink", "symlinkat", "fsync", "fdatasync", "write", "pwrite64", "writev",
    "pwritev", "pwritev2", "open", "openat", "openat2", "creat", "truncate", "ftruncate",
    "fallocate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown",
    "setxattr", "fsetxattr", "removexattr", "fremovexattr", "utimensat", "copy_file_range",
    "sendfile",
)  # fmt: skip
"""Calls that can change what is on disk, or make it last."""
LOOKING = (
    "read", "pread64", "readv", "preadv", "preadv2", "stat", "lstat", "fstat", "newfstatat",
    "statx", "flock", "getdents64", "flistxattr", "fgetxattr",
)  # fmt: skip
"""Calls that only look, or wait."""
OPENING = frozenset({"open", "openat", "openat2", "creat"})

_C = ctypes.CDLL(None, use_errno=True)
_C.syscall.argtypes = [ctypes.c_long, ctypes.c_uint, ctypes.c_uint, ctypes.c_char_p]
_C.syscall.restype = ctypes.c_long
_NO_NEW_PRIVILEGES, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_STEP = struct.Struct("=HBBI")
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000

_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101
_QUESTION = struct.Struct("=QIIiIQ6Q")
_REPLY = struct.Struct("=Qqii")
_GO_ON = 1
_LONGEST_SECONDS = 300
"""After so long a process that should have ended is ended."""
_AT = {
    "openat": (0,), "openat2": (0,), "unlinkat": (0,), "mkdirat": (0,), "newfstatat": (0,),
    "statx": (0,), "fchmodat": (0,), "fchownat": (0,), "utimensat": (0,), "renameat": (0, 2),
    "renameat2": (0, 2), "linkat": (0, 2), "symlinkat": (1,),
}  # fmt: skip
"""Where the directory stands among the arguments; the name follows it."""
_NAMED = {
    "rename": (0, 1), "link": (0, 1), "unlink": (0,), "rmdir": (0,), "mkdir": (0,), "open": (0,),
    "creat": (0,), "truncate": (0,), "chmod": (0,), "chown": (0,), "lchown": (0,), "symlink": (1,),
    "setxattr": (0,), "removexattr": (0,), "stat": (0,), "lstat": (0,),
}  # fmt: skip
"""Where names stand among the arguments that need no directory."""
_OUT_OF_OUT = {"copy_file_range": (0, 2), "sendfile": (0, 1)}


@dataclass(kw_only=True)
class Call:
    """One call that was about to be made."""

    process: int
    name: str
    paths: tuple[str, ...]


@dataclass(kw_only=True)
class Ended:
    """How a watched process ended."""

    code: int
    """As :func:`os.waitstatus_to_exitcode` gives it."""
    calls: list[Call] = field(default_factory=list)


def watch(body, calls, decide):
    """Run ``body()`` in a child that asks before each of ``calls``; return how it ended.

    Args:
        body: Returns the exit code.
        calls: Names of system calls.
        decide: Given a :class:`Call`: None to let it be, an errno for it to fail with, or
            ``signal.SIGKILL`` negated to end the process that makes it.
    """
    names = _numbered(calls)
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        code = 99
        try:
            ours.close()
            _ask_before(names, theirs)
            code = body()
        finally:
            os._exit(code)
    theirs.close()
    with ours:
        _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
    ended = Ended(code=0)
    patience = threading.Timer(_LONGEST_SECONDS, os.kill, (child, signal.SIGKILL))
    patience.start()
    try:
        _answer(listener, names, decide, ended)
    finally:
        os.close(listener)
        ended.code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        patience.cancel()
        patience.join()
    return ended


def _numbered(calls):
    found = {}
    for name in calls:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        if number >= 0:  # not every machine has the old ones
            found[number] = name
    return found


def _ask_before(names, door):
    """Install the filter, and hand over the descriptor on which the kernel asks."""
    tests = [
        _STEP.pack(_JUMP_EQUAL, len(names) - place, 0, number)
        for place, number in enumerate(sorted(names))
    ]
    program = b"".join(
        [_STEP.pack(_LOAD, 0, 0, 0), *tests]
        + [_STEP.pack(_RETURN, 0, 0, answer) for answer in (_ALLOW, _ASK)]
    )
    steps = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("=H6xQ", len(program) // _STEP.size, ctypes.addressof(steps))
    if _C.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, "seccomp")
    listener = _C.syscall(number, _SET_FILTER, _NEW_LISTENER, whole)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    socket.send_fds(door, [b"!"], [listener])
    os.close(listener)
    door.close()


def _answer(listener, names, decide, ended):
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while True:
        ((_, events),) = poll.poll()
        if not events & select.POLLIN:
            return  # the last who could ask is gone
        question = bytearray(_QUESTION.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, question)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EINTR}:
                continue  # who asked was ended meanwhile
            raise
        key, process, _, number, _, _, *arguments = _QUESTION.unpack(question)
        call = Call(
            process=process,
            name=names[number],
            paths=_paths(process, names[number], arguments),
        )
        verdict = decide(call)
        ended.calls.append(call)
        if verdict is None:
            reply = _REPLY.pack(key, 0, 0, _GO_ON)
        elif verdict == -signal.SIGKILL:
            os.kill(process, signal.SIGKILL)
            continue
        else:
            reply = _REPLY.pack(key, 0, -verdict, 0)
        with contextlib.suppress(FileNotFoundError):  # gone, or asking anew after a signal
            fcntl.ioctl(listener, _ANSWER, bytearray(reply))


def _paths(process, name, arguments):
    if name in _AT:
        return tuple(
            _joined(process, _signed(arguments[at]), arguments[at + 1]) for at in _AT[name]
        )
    if name in _NAMED:
        return tuple(_joined(process, -100, arguments[at]) for at in _NAMED[name])
    return tuple(_open(process, arguments[at]) for at in _OUT_OF_OUT.get(name, (0,)))


def _signed(argument):
    return struct.unpack("=i", struct.pack("=Q", argument)[:4])[0]


def _open(process, descriptor):
    try:
        return os.readlink(f"/proc/{process}/fd/{descriptor & 0xFFFFFFFF}")
    except OSError:
        return ""


def _joined(process, directory, address):
    name = os.fsdecode(_text(process, address))
    if name.startswith("/"):
        return name
    above = os.readlink(f"/proc/{process}/cwd") if directory == -100 else _open(process, directory)
    return os.path.normpath(os.path.join(above, name)) if name else above


def _text(process, address):
    if not address:
        return b""
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        text = os.pread(memory.fileno(), 4096 - address % 4096, address)
        if b"\0" not in text:
            text += os.pread(memory.fileno(), 4096, address + len(text))
    return text.partition(b"\0")[0]
