"""Runs in a child of its own: confines itself, then tries what a hostile file would."""

import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from gallra.content.reader import read
from gallra.content.sandbox import confine

libc = ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: object) -> None:
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)


def attempts(folder: str, inherited: int) -> dict[str, Callable[[], object]]:
    file = f"{folder}/victim"
    return {
        "open a file": lambda: os.open(file, os.O_RDONLY),
        "open a file for writing": lambda: os.open(file, os.O_WRONLY),
        "make a file": lambda: os.open(f"{folder}/new", os.O_CREAT | os.O_WRONLY),
        "make a nameless file": lambda: os.open(folder, os.O_TMPFILE | os.O_WRONLY),
        "creat": lambda: _syscall(85, file.encode(), 0o600),
        "openat2": lambda: _syscall(437, -100, file.encode(), None, 24),
        "list a directory": lambda: os.listdir(folder),
        "read /etc/passwd": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "read /proc": lambda: os.open("/proc/self/environ", os.O_RDONLY),
        "reopen what was handed in": lambda: os.open(f"/proc/self/fd/{inherited}", os.O_RDWR),
        "unlink": lambda: os.unlink(file),
        "rename": lambda: os.rename(file, f"{file}2"),
        "chmod": lambda: os.chmod(file, 0o600),
        "chmod what was handed in": lambda: os.fchmod(inherited, 0o777),
        "fchmodat2": lambda: _syscall(452, -100, file.encode(), 0o777, 0),
        "chown": lambda: os.chown(file, 0, 0),
        "truncate": lambda: os.truncate(file, 0),
        "truncate what was handed in": lambda: os.ftruncate(inherited, 0),
        "touch": lambda: os.utime(file),
        "set an attribute": lambda: os.setxattr(inherited, "user.gallra.class", b"x"),
        "make a directory": lambda: os.mkdir(f"{folder}/new"),
        "link": lambda: os.link(file, f"{file}2"),
        "symlink": lambda: os.symlink(file, f"{file}2"),
        "network": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        "run a program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - refused
        "start a program": lambda: subprocess.run(["/bin/true"], check=False),
        "fork": _fork,
        "kill the parent": lambda: os.kill(os.getppid(), signal.SIGTERM),
        "kill everybody": lambda: os.kill(-1, 0),
        "ptrace": lambda: _syscall(101, 16, os.getppid(), 0, 0),
        "mount": lambda: _syscall(165, b"none", b"/mnt", b"tmpfs", 0, None),
        "bpf": lambda: _syscall(321, 0, None, 0),
        "io_uring": lambda: _syscall(425, 1, None),
        "loosen a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)),
        "loosen its own limit": lambda: resource.prlimit(0, resource.RLIMIT_AS, (-1, -1)),
        "eat memory": lambda: mmap.mmap(-1, 64 * 1024**3),
    }


def main() -> None:
    folder, names = sys.argv[1], sys.argv[2:]
    inherited = os.open(f"{folder}/victim", os.O_RDWR)
    documents = [(name, os.open(f"{folder}/{name}", os.O_RDONLY)) for name in names]
    door = socket.socket(fileno=0)
    ctypes.set_errno(errno.ENOENT)  # left behind by an earlier call: no error of the sandbox's
    confinement = confine()
    refused: dict[str, bool] = {}
    for attempt, act in attempts(folder, inherited).items():
        try:
            act()
            refused[attempt] = False
        except (OSError, ValueError):
            refused[attempt] = True
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    data, (descriptor,), _, _ = socket.recv_fds(door, 100, 1)
    texts = {}
    for name, each in [*documents, (data.decode(), descriptor)]:
        parts = list(read(each, name))
        texts[name] = [
            [part.kind, part.outcome.value, part.text[:2000], part.address] for part in parts
        ]
    answer = {
        "landlock": confinement.landlock,
        "seccomp": confinement.seccomp,
        "complaints": [message.in_english() for message in confinement.complaints],
        "refused": refused,
        "texts": texts,
    }
    os.write(1, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
